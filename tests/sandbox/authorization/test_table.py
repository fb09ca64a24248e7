"""The reviewed table, and what must hold of every row."""

import pytest

from sandbox.authorization import derive, explicit, rows, special, write_table
from sandbox.authorization.parameters import KEYS
from sandbox.authorization.plans import mapped
from sandbox.authorization.templates import template
from sandbox.emulator.services import REFUSED, SERVICES
from sandbox.iam import reference
from sandbox.wire import services as wire
from sandbox.wire.shapes import Shape

from .fake_state import ask

TABLE = [line.split("\t") for line in write_table.TABLE_FILE.read_text().splitlines()]
# Operations that the emulator has and that the table may leave unmapped: they are refused before.
REFUSED_UNMAPPED = {pair for pair in REFUSED if pair[0] == "dynamodb"}


def test_the_table_is_what_the_code_says() -> None:
    assert write_table.TABLE_FILE.read_text() == write_table.text(), "run python -m sandbox.authorization.write_table"


def test_the_table_has_every_operation_of_the_allow_list() -> None:
    assert set(SERVICES) | {"accessanalyzer", "rolesanywhere"} == set(write_table.SERVICES)
    offered = {(name, operation) for name in write_table.SERVICES for operation in wire.load(name).operations}
    assert {(service, operation) for service, operation, *_ in TABLE} == offered


def test_what_is_unmapped_is_few_and_known() -> None:
    unmapped = {(service, operation) for service, operation, _, row in TABLE if row == "UNMAPPED"}
    assert len(unmapped) < 70
    core = {"iam", "sts", "sqs", "sns", "kms", "secretsmanager", "cloudformation", "dynamodb", "lambda", "events"}
    mine = {pair for pair in unmapped if pair[0] in core}
    assert mine - REFUSED_UNMAPPED <= {
        ("cloudformation", "RecordHandlerProgress"),
        ("iam", "UpdateDelegationRequest"),
        ("lambda", "SendDurableExecutionCallbackFailure"),
        ("lambda", "SendDurableExecutionCallbackHeartbeat"),
        ("lambda", "SendDurableExecutionCallbackSuccess"),
    }


def test_every_special_function_is_for_an_operation_that_exists() -> None:
    assert [pair for pair in special.BY_OPERATION if pair[1] not in wire.load(pair[0]).operations] == []


def test_every_explicit_row_is_for_an_operation_that_exists() -> None:
    assert [
        (name, operation)
        for name, some in explicit.ROWS.items()
        for operation in some
        if operation not in wire.load(name).operations
    ] == []


def _clauses(service: str) -> list[tuple[str, rows.Clause]]:
    found = []
    for operation in wire.load(service).operations:
        mapping = mapped(service, operation)
        row = mapping.row or rows.NOTHING
        if mapping.way == "function":
            row = row.partition("; ")[2] or rows.NOTHING
        found += [(operation, clause) for clause in rows.parse(row, derive.prefix_of(service))]
    return found


@pytest.mark.parametrize("service", write_table.SERVICES)
def test_every_action_and_kind_is_in_the_reference(service: str) -> None:
    unknown = []
    for operation, clause in _clauses(service):
        prefix, _, name = clause.action.partition(":")
        if name not in reference.action_names(prefix).values():
            unknown.append((operation, clause.action))
        for target in clause.targets:
            unknown += [(operation, kind) for kind in target.kinds if not _is_kind(kind)]
    assert unknown == []


def _is_kind(kind: str) -> bool:
    prefix, _, name = kind.partition(":")
    return name in reference.resource_types(prefix)


@pytest.mark.parametrize("service", write_table.SERVICES)
def test_every_path_leads_to_a_parameter(service: str) -> None:
    lost = []
    for operation, clause in _clauses(service):
        shape = wire.load(service).operations[operation].input
        paths = [path for target in clause.targets for path in target.paths]
        paths += [clause.condition.path] if clause.condition else []
        names = [name for path in paths for either in path.split("|") for name in either.split("+")]
        lost += [(operation, name) for name in names if name[0] not in '*"' and not _leads(shape, name.split("."))]
    assert lost == []


def _leads(shape: Shape | None, steps: list[str]) -> bool:
    if shape is None:
        return False
    while shape.kind == "list":
        shape = shape.member
    if not steps:
        return True
    if shape.kind == "map":
        return steps[0] == KEYS or _leads(shape.value, steps[1:])
    return steps[0] in shape.members and _leads(shape.members[steps[0]], steps[1:])


@pytest.mark.parametrize("service", write_table.SERVICES)
def test_every_placeholder_has_a_parameter(service: str) -> None:
    wrong = [
        (operation, kind)
        for operation, clause in _clauses(service)
        for target in clause.targets
        if not target.via
        for kind in target.kinds[:1]
        if len(target.paths) not in (len(template(kind).slots), 1)
    ]
    assert wrong == []


def test_a_row_survives_writing_and_reading() -> None:
    row = 'A user(Path+Name) role|group(B,"x")? if C=!d; b:C; D topic<subscription(E) to x.test unless F'
    assert rows.write(rows.parse(row, "iam"), "iam") == row


@pytest.mark.parametrize("row", ["", "A b", "a:b:c", "A user(", "A; "])
def test_a_bad_row_is_refused(row: str) -> None:
    with pytest.raises(rows.BadRow):
        rows.parse(row, "iam")


@pytest.mark.parametrize("service", write_table.SERVICES)
def test_every_mapped_call_without_parameters_needs_something(service: str) -> None:
    free = [
        operation
        for operation in wire.load(service).operations
        if mapped(service, operation).row not in (None, rows.NOTHING) and not ask(service, operation, {})
    ]
    assert free == []


def test_what_needs_nothing_is_public_and_of_cognito() -> None:
    free = [(service, operation) for service, operation, _, row in TABLE if row == rows.NOTHING]
    assert {service for service, _ in free} == {"cognito-idp", "cognito-identity"}
    signed = [pair for pair in free if not wire.load(pair[0]).operations[pair[1]].unsigned]
    assert signed == []
