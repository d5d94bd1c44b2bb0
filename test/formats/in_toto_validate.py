"""Reads in-toto statements, one a line, as the project's own Python bindings do: unknown or mistyped fields are errors."""

import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

PREDICATES = {
    "https://in-toto.io/attestation/test-result/v0.1": test_result_pb2.TestResult,
    "https://slsa.dev/provenance/v1": provenance_pb2.Provenance,
}

for line in sys.stdin:
    value = json.loads(line)
    Statement.copy_from_pb(json_format.ParseDict(value, statement_pb2.Statement())).validate()
    predicate = json_format.ParseDict(value["predicate"], PREDICATES[value["predicateType"]]())
    parts = getattr(predicate, "build_definition", None)
    described = list(predicate.configuration) if parts is None else list(parts.resolved_dependencies)
    for descriptor in described:
        ResourceDescriptor.copy_from_pb(descriptor).validate()
    print(f"{value['predicateType']}: valid, {len(value['subject'])} subjects, {len(described)} descriptors")
