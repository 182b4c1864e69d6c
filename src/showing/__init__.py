"""What a person sees: the command line, the summary, the report, the progress line."""
