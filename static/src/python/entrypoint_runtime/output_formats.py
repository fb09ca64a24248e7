"""What version 2 of the AWS CLI accepts and version 1 does not: `--output yaml` and `--no-cli-pager`."""

import copy
import json
from typing import Any

from entrypoint_runtime.guard import expect, replace

YAML_FORMATS = ("yaml", "yaml-stream")
NO_CLI_PAGER = {"action": "store_true", "help": "<p>Disable cli pager for output.</p>"}


def install_yaml() -> None:
    """Teach the CLI's display of responses to write YAML."""
    import awscli.clidriver
    import awscli.formatter
    import yaml

    class YamlFormatter(awscli.formatter.FullyBufferedFormatter):
        def _format_response(self, command_name: str, response: Any, stream: Any) -> None:
            if response == {}:
                return
            plain = json.loads(json.dumps(response, default=awscli.formatter.json_encoder))
            yaml.safe_dump(plain, stream, default_flow_style=False, allow_unicode=True, sort_keys=False)

    def get_formatter(format_type: str, args: Any) -> Any:
        return YamlFormatter(args) if format_type in YAML_FORMATS else original(format_type, args)

    original = replace(awscli.clidriver, "get_formatter", get_formatter, signature="(format_type, args)")


def with_newer_options(cli_data: dict[str, Any]) -> dict[str, Any]:
    """The CLI's description of its global options, with those of version 2 added."""
    data = copy.deepcopy(cli_data)
    data["options"]["output"]["choices"] += YAML_FORMATS
    data["options"]["no-cli-pager"] = NO_CLI_PAGER
    return data


def install_options() -> None:
    """Add the options where the CLI reads their description."""
    from awscli.clidriver import CLIDriver

    def get_cli_data(self: Any) -> dict[str, Any]:
        if self._cli_data is None:
            self._cli_data = with_newer_options(original(self))
        return self._cli_data

    original = replace(CLIDriver, "_get_cli_data", get_cli_data, signature="(self)")


def install_usage() -> None:
    """Leave out the usage text's advice to install version 2, which was put over argparse's own "usage: "."""
    import awscli.argparser
    import awscli.clidriver

    advice = f"\r{awscli.argparser.AWS_CLI_V2_MESSAGE}\n\nusage: "
    expect(awscli.argparser.USAGE.startswith(advice), "the CLI's usage text no longer begins with its advice")
    awscli.argparser.USAGE = awscli.clidriver.USAGE = awscli.argparser.USAGE.removeprefix(advice)


def install() -> None:
    """All three."""
    install_yaml()
    install_options()
    install_usage()
