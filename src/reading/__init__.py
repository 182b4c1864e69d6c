"""Between the bytes and the raw rows: text, records, the dialect, cells, rows in memory."""
