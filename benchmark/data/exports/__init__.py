"""The formats in which SD-HZ-C can be written; add a file and a line here to add one."""

from hzbench.benchmark.data.exports.entry import ExportFormat
from hzbench.benchmark.data.exports.imagefolder import ImageFolderFormat
from hzbench.benchmark.data.exports.npy import NpyFormat
from hzbench.benchmark.data.exports.png import PngFormat
from hzbench.benchmark.data.exports.webdataset import WebDatasetFormat

EXPORT_FORMATS: dict[str, ExportFormat] = {
    "png": PngFormat(),
    "imagefolder": ImageFolderFormat(),
    "npy": NpyFormat(),
    "webdataset": WebDatasetFormat(),
}
