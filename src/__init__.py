"""A training pipeline in plain Python: load, clean, train, evaluate, save."""

from src.data_loader import DataLoader
from src.evaluator import Evaluator, Metrics
from src.model import MODELS, MeanScoreBaseline, Regressor, StudyModel
from src.pipeline import TrainingPipeline, TrainingResult
from src.preprocessor import Cleaned, Preprocessor
from src.support.errors import ArtifactError, DataError, NotFittedError, PipelineError, UsageError
from src.support.students import RawStudent, Rejection, Student, StudentTable

__all__ = ["DataLoader", "Evaluator", "Preprocessor", "TrainingPipeline"]
__all__ += ["MODELS", "MeanScoreBaseline", "Regressor", "StudyModel"]
__all__ += ["Cleaned", "Metrics", "TrainingResult"]
__all__ += ["RawStudent", "Rejection", "Student", "StudentTable"]
__all__ += ["ArtifactError", "DataError", "NotFittedError", "PipelineError", "UsageError"]
