"""A training pipeline in plain Python: load, clean, train, evaluate, save."""

from src.data_loader import DataLoader
from src.errors import ArtifactError, DataError, NotFittedError, PipelineError, UsageError
from src.evaluator import Evaluator, Metrics
from src.model import MeanScoreBaseline, Regressor, StudyModel
from src.pipeline import TrainingPipeline, TrainingResult
from src.preprocessor import Cleaned, Preprocessor
from src.records import RawStudent, Rejection, Student
from src.student_table import StudentTable

__all__ = [
    "ArtifactError",
    "Cleaned",
    "DataError",
    "DataLoader",
    "Evaluator",
    "MeanScoreBaseline",
    "Metrics",
    "NotFittedError",
    "PipelineError",
    "Preprocessor",
    "RawStudent",
    "Regressor",
    "Rejection",
    "Student",
    "StudentTable",
    "StudyModel",
    "TrainingPipeline",
    "TrainingResult",
    "UsageError",
]
