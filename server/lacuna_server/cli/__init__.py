"""The `lacuna` command, one file a subcommand."""
