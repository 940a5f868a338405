//! The command line reference, made from the definitions that parse it.

use clap::{Arg, Command, CommandFactory as _};

use crate::args::Cli;
use crate::settings::VARIABLES;

/// The reference page of the command line, as Markdown.
pub(crate) fn command_line() -> String {
    let mut root = Cli::command();
    root.build();
    let mut page = String::from(
        "# The `sindri` command\n\nExit codes are on [a page of their own](exit-codes.md), keys of \
         `sindri.yaml` in the [configuration reference](config.md).\n\n## Options of every command\n\n",
    );
    page.push_str(&options(&root, |arg| arg.is_global_set()));
    for command in visible(&root) {
        describe(command, "sindri", &mut page);
    }
    page.push_str(
        "\n## Environment\n\nA variable that is empty counts as unset. Flags win over variables.\n\n\
         | Variable | Meaning | Default |\n| --- | --- | --- |\n",
    );
    for variable in VARIABLES {
        line(
            &mut page,
            &format!(
                "| `{}` | {} | {} |",
                variable.name, variable.meaning, variable.default
            ),
        );
    }
    page
}

fn describe(command: &Command, parent: &str, page: &mut String) {
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
    line(page, &format!("\n## `{name}`\n\n{about}.\n"));
    let options = options(command, |arg| {
        !arg.is_global_set() && arg.get_id() != "help"
    });
    page.push_str(&options);
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
}

fn options(command: &Command, wanted: impl Fn(&Arg) -> bool) -> String {
    let rows: Vec<String> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && arg.get_id() != "version" && wanted(arg))
        .map(row)
        .collect();
    if rows.is_empty() {
        return "No options of its own.\n".to_owned();
    }
    format!("| Option | Meaning |\n| --- | --- |\n{}", rows.concat())
}

fn row(arg: &Arg) -> String {
    let mut names = Vec::new();
    if let Some(short) = arg.get_short() {
        names.push(format!("`-{short}`"));
    }
    let longs = arg
        .get_long()
        .into_iter()
        .chain(arg.get_visible_aliases().into_iter().flatten());
    names.extend(longs.map(|long| format!("`--{long}`")));
    let mut name = names.join(", ");
    if arg.get_action().takes_values()
        && let Some(value) = arg.get_value_names().and_then(<[_]>::first)
    {
        name = format!("{name} `{value}`");
    }
    let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if let Some(default) = arg.get_default_values().first()
        && arg.get_action().takes_values()
    {
        meaning.push_str(&format!(" (default {})", default.to_string_lossy()));
    }
    format!("| {name} | {meaning} |\n")
}

fn line(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

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
