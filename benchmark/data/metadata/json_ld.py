"""The parts of a Croissant 1.1 document, as plain dictionaries.

Written without the mlcroissant package, so that every dataset has its document with the core alone and its
bytes depend on no library's version; the tests hold what is written here against mlcroissant.
Source: Croissant Format Specification 1.1 and Croissant RAI 1.0, MLCommons, https://docs.mlcommons.org/croissant/.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

CROISSANT_NAME = "croissant.json"
CROISSANT = "http://mlcommons.org/croissant/1.1"
RESPONSIBLE_AI = "http://mlcommons.org/croissant/RAI/1.0"

# fmt: off
CONTEXT: Json = {
    "@language": "en", "@vocab": "https://schema.org/", "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs",
    "column": "cr:column", "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "name": {"@container": "@language"}, "parentField": "cr:parentField", "path": "cr:path",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex",
    "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform",
}
# fmt: on


def dataset_node(name: str, description: str, version: str, licence: str, **more: Any) -> Json:
    """Return a document of a name, a description, a version, a licence and further properties.

    Args:
        name: of the data.
        description: what they are.
        version: of the data.
        licence: free text or a URL.
        more: {property: value}; `rai_` stands for `rai:`. Empty values are left out, and a list of one is
            written as the one, as mlcroissant does.
    """
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "description": description,
        "conformsTo": [CROISSANT, RESPONSIBLE_AI],
        "license": licence,
        "version": version,
        **{key.replace("rai_", "rai:"): _unlisted(key, value) for key, value in more.items() if value},
    }


def _unlisted(key: str, value: Any) -> Any:
    alone = isinstance(value, list) and len(value) == 1 and key not in ("distribution", "recordSet")
    return value[0] if alone else value


def file_object(name: str, description: str, media_type: str, sha256: str) -> Json:
    """Return a file that lies beside the document."""
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": description,
        "contentUrl": name,
        "encodingFormat": media_type,
        "sha256": sha256,
    }


def file_set(name: str, description: str, media_type: str, includes: list[str]) -> Json:
    """Return files that lie in folders beside the document; `includes` are glob patterns."""
    return {
        "@type": "cr:FileSet",
        "@id": name,
        "name": name,
        "description": description,
        "encodingFormat": media_type,
        "includes": _unlisted("includes", includes),
    }


def column_field(record_set: str, column: str, description: str, file: str, kind: str = "sc:Text") -> Json:
    """Return a field that is a column of a CSV file."""
    source = {"fileObject": {"@id": file}, "extract": {"column": column}}
    return _field(record_set, column, description, kind, source)


def content_field(record_set: str, name: str, description: str, files: str) -> Json:
    """Return a field that is the picture of a file."""
    source = {"fileSet": {"@id": files}, "extract": {"fileProperty": "content"}}
    return _field(record_set, name, description, "sc:ImageObject", source)


def path_field(record_set: str, name: str, description: str, files: str, regex: str, kind: str) -> Json:
    """Return a field that is a part of a file's path: the only group of `regex`."""
    source = {
        "fileSet": {"@id": files},
        "extract": {"fileProperty": "fullpath"},
        "transform": {"regex": regex},
    }
    return _field(record_set, name, description, kind, source)


def _field(record_set: str, name: str, description: str, kind: str, source: Json) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": source,
    }


def record_set(name: str, description: str, fields: list[Json]) -> Json:
    """Return a set of records that are read from files."""
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "field": fields,
    }


def inline_records(
    name: str, description: str, columns: dict[str, tuple[str, str]], records: list[Json], kind: str = ""
) -> Json:
    """Return a set of records that stand in the document itself.

    Args:
        name: of the set.
        description: of the set.
        columns: {field: (its description, its data type)}; the first is the key.
        records: {field: value} each.
        kind: data type of the set, such as `cr:Split`; empty for none.
    """
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/{column}",
            "name": column,
            "description": text,
            "dataType": data_type,
        }
        for column, (text, data_type) in columns.items()
    ]
    document = record_set(name, description, fields)
    if kind:
        document["dataType"] = kind
    document["key"] = {"@id": f"{name}/{next(iter(columns))}"}
    document["data"] = [{f"{name}/{key}": value for key, value in record.items()} for record in records]
    return document
