"""DynamoDB's transactions: a question for each item, by the action of its own call."""

from collections.abc import Iterable

from sandbox.authorization.keys.dynamodb import item_keys
from sandbox.authorization.locating import place
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State

from .asking import Question

ACTIONS = {
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def transact(asked: Asked, state: State) -> Iterable[Question]:
    """Each item's table.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    for item in asked.parameters.get("TransactItems") or ():
        for name, part in item.items():
            if name not in ACTIONS:
                continue
            table = place(("dynamodb:table",), (str(part.get("TableName", "*")),), asked, state)
            keys = dict(item_keys(part, table.found)) | {"dynamodb:enclosingoperation": (asked.operation,)}
            yield Question(ACTIONS[name], table, keys)
