//! Reference pages, made from what the program itself goes by.

use clap::{Arg, Command, CommandFactory as _};

use crate::args::Cli;
use crate::exit::Exit;
use crate::output::Text;
use crate::settings::{VARIABLES, Variable};

/// The reference page of the command line, as Markdown.
pub(crate) fn command_line() -> String {
    let mut root = Cli::command();
    root.build();
    let mut page = Text::new("# The `sindri` command\n");
    page.line(
        "Exit codes are on [a page of their own](exit-codes.md), the keys of `sindri.yaml` in the \
         [configuration reference](config.md).\n\n## Options of every command\n",
    );
    page.lines(&options(&root, Arg::is_global_set));
    page.line(
        "\nWith `--json` standard output is one document, with three exceptions: `logs`, `status --watch` and \
         `forward` print documents of one line each, as they come, and a failure or an interruption is one more \
         at their end. `logs` without a line to show prints none.",
    );
    for command in visible(&root) {
        describe(command, "sindri", &mut page);
    }
    page.line("\n## Environment\n");
    page.line("A variable that is empty counts as unset. Flags win over variables.\n");
    page.line("| Variable | Meaning | Default |\n| --- | --- | --- |");
    for Variable {
        name,
        meaning,
        default,
    } in VARIABLES
    {
        page.line(format!("| `{name}` | {meaning} | {default} |"));
    }
    page.into()
}

/// The completion script of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "sindri", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The reference page of the exit codes, as Markdown.
pub(crate) fn exit_codes() -> String {
    let mut page = Text::new("# Exit codes\n");
    page.line("Every command of `sindri` ends with one of these codes.\n");
    page.line("| Code | Name | Meaning |\n| ---: | --- | --- |");
    for exit in Exit::ALL {
        let (code, word, meaning) = (exit.code(), exit.word(), exit.meaning());
        page.line(format!("| {code} | `{word}` | {meaning} |"));
    }
    page.line(
        "\nOnce `connect` is connected, it ends with the code of the shell or command at the other end, and \
         with 128 and the number of the signal where `ssh` was ended by one. Standard error tells the two \
         apart: a failure of `sindri` begins with `error:` there.",
    );
    page.line(
        "\nWith `--json` the name is `error.kind` in the document on standard output, which is the last one \
         where there are several.",
    );
    page.into()
}

fn describe(command: &Command, parent: &str, page: &mut Text) {
    let name = format!("{parent} {}", command.get_name());
    if command.has_subcommands() {
        for inner in visible(command) {
            describe(inner, &name, page);
        }
        return;
    }
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    page.line(format!("\n## `{name}`\n\n{about}.\n"));
    page.lines(&options(command, |arg| {
        !arg.is_global_set() && arg.get_id() != "help"
    }));
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
}

fn options(command: &Command, wanted: impl Fn(&Arg) -> bool) -> Text {
    let is_listed = |arg: &&Arg| !arg.is_hide_set() && arg.get_id() != "version" && wanted(arg);
    let mut rows = command
        .get_arguments()
        .filter(is_listed)
        .map(row)
        .peekable();
    if rows.peek().is_none() {
        return Text::new("No options of its own.");
    }
    let mut table = Text::new("| Option | Meaning |\n| --- | --- |");
    for row in rows {
        table.line(row);
    }
    table
}

fn row(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("`-{short}`"));
    let longs = arg
        .get_long()
        .into_iter()
        .chain(arg.get_visible_aliases().into_iter().flatten());
    let names: Vec<String> = short
        .into_iter()
        .chain(longs.map(|long| format!("`--{long}`")))
        .collect();
    let takes_value = arg.get_action().takes_values();
    let value = arg
        .get_value_names()
        .and_then(<[_]>::first)
        .filter(|_| takes_value);
    let value = value.map(|value| format!(" `{value}`")).unwrap_or_default();
    let default = arg.get_default_values().first().filter(|_| takes_value);
    let default = default
        .map(|default| format!(" (default {})", default.to_string_lossy()))
        .unwrap_or_default();
    let meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
    format!("| {}{value} | {meaning}{default} |", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_listed_once_and_in_order() {
        let page = exit_codes();
        let codes: Vec<u8> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" |").next()?.parse().ok())
            .collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130]);
    }

    #[test]
    fn the_page_has_every_command_and_no_hidden_one() {
        let page = command_line();
        for command in [
            "config validate",
            "plan",
            "deploy",
            "status",
            "stop",
            "start",
            "destroy",
        ] {
            assert!(
                page.contains(&format!("## `sindri {command}`")),
                "{command}"
            );
        }
        assert!(!page.contains("sindri docs"));
        assert!(page.contains("| `-f`, `--force` |"));
        assert!(page.contains("| `RUNPOD_API_KEY` |"));
    }
}
