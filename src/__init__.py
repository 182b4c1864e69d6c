"""A training pipeline in plain Python: load, clean, train, evaluate, save."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an older Python must get as far as this line
    sys.exit("error: Python 3.10 or newer is needed, this is " + sys.version.split()[0])

from src.data_loader import DataLoader
from src.evaluator import Evaluator, Metrics
from src.model import MODELS, LineModel, MeanScoreBaseline, Regressor, StudyModel, load_model
from src.pipeline import TrainingPipeline, TrainingResult
from src.preprocessor import Cleaned, Preprocessor
from src.support.errors import ArtifactError, DataError, NotFittedError, PipelineError, UsageError
from src.support.students import RawStudent, Rejection, Student, StudentTable

__all__ = ["DataLoader", "Evaluator", "Preprocessor", "TrainingPipeline"]
__all__ += ["MODELS", "LineModel", "MeanScoreBaseline", "Regressor", "StudyModel", "load_model"]
__all__ += ["Cleaned", "Metrics", "TrainingResult"]
__all__ += ["RawStudent", "Rejection", "Student", "StudentTable"]
__all__ += ["ArtifactError", "DataError", "NotFittedError", "PipelineError", "UsageError"]
