use clap::Parser as _;

use super::*;
use crate::args::Cli;
use crate::exit::Exit;

fn resolve(args: &[&str], variables: &[(&str, &str)]) -> Result<Settings> {
    let cli = Cli::try_parse_from(["sindri"].iter().chain(args)).expect("arguments parse");
    Settings::resolve(&cli.global, Environment::of_test(variables))
}

fn output(args: &[&str], variables: &[(&str, &str)]) -> Result<OutputSettings> {
    let cli = Cli::try_parse_from(["sindri"].iter().chain(args)).expect("arguments parse");
    OutputSettings::resolve(&cli.global, &Environment::of_test(variables))
}

fn settings(args: &[&str], variables: &[(&str, &str)]) -> Settings {
    resolve(args, variables).expect("settings resolve")
}

#[test]
fn flags_win_over_the_environment() {
    let vars = [
        ("SINDRI_CONFIG", "env.yaml"),
        ("SINDRI_PROVIDER", "northflank"),
    ];
    let from_env = settings(&["status"], &vars);
    assert_eq!(from_env.config.variable, Some("env.yaml".into()));
    assert_eq!(from_env.provider.as_deref(), Some("northflank"));
    let from_flags = settings(&["status", "-c", "flag.yaml", "-p", "runpod"], &vars);
    assert_eq!(from_flags.config.option, Some("flag.yaml".into()));
    assert_eq!(from_flags.provider.as_deref(), Some("runpod"));
}

#[test]
fn an_empty_variable_is_an_unset_variable() {
    let empty = settings(
        &["status"],
        &[("RUNPOD_API_KEY", ""), ("RUNPOD_API_BASE_URL", "")],
    );
    assert_eq!(empty.runpod.api_key.err(), Some(NoKey::Unset));
    assert_eq!(empty.runpod.base_url, RUNPOD_API);
}

#[test]
fn a_sandbox_is_chosen_by_flag_or_variable_and_is_looked_at_more_often() {
    let check = |args: &[&str], vars: &[(&str, &str)], cloud, poll_ms| {
        let settings = settings(args, vars);
        assert_eq!(settings.cloud, cloud, "{args:?} {vars:?}");
        assert_eq!(
            settings.pace.poll_interval,
            Duration::from_millis(poll_ms),
            "{args:?} {vars:?}"
        );
    };
    check(&["status"], &[], CloudChoice::Real, 5000);
    check(&["status", "--sandbox"], &[], CloudChoice::Sandbox, 250);
    check(
        &["status"],
        &[("SINDRI_SANDBOX", "1")],
        CloudChoice::Sandbox,
        250,
    );
    check(
        &["status"],
        &[("SINDRI_SANDBOX", "0")],
        CloudChoice::Real,
        5000,
    );
    check(
        &["--sandbox", "status"],
        &[("SINDRI_POLL_INTERVAL_MS", "7")],
        CloudChoice::Sandbox,
        7,
    );
}

#[test]
fn verbosity_comes_from_flags_then_from_the_environment() {
    let check = |args: &[&str], level: &str, expected| {
        let output = output(args, &[("SINDRI_LOG_LEVEL", level)]).expect("settings resolve");
        assert_eq!(output.verbosity, expected, "{args:?} {level}");
    };
    check(&["status"], "", Verbosity::Normal);
    check(&["status"], "debug", Verbosity::Debug);
    check(&["status", "-v"], "trace", Verbosity::Info);
    check(&["status", "-vv"], "", Verbosity::Debug);
    check(&["status", "-vvvv"], "", Verbosity::Trace);
    check(&["-q", "status"], "trace", Verbosity::Quiet);
}

#[test]
fn a_variable_that_cannot_be_read_is_a_usage_error_that_names_it() {
    let check = |name: &str, value: &str| {
        let failed = resolve(&["status"], &[(name, value)]).err();
        let error = failed
            .or(output(&["status"], &[(name, value)]).err())
            .expect("an error");
        assert_eq!(Exit::from(&error), Exit::Usage);
        assert_eq!(error.to_string(), format!("{name} is `{value}`"));
    };
    check("SINDRI_DEPLOY_TIMEOUT_SECS", "soon");
    check("SINDRI_DEPLOY_TIMEOUT_SECS", "0");
    check("SINDRI_POLL_INTERVAL_MS", "-1");
    check("SINDRI_READ_TIMEOUT_MS", "1.5");
    check("SINDRI_SANDBOX_TIME_SCALE", "0");
    check("SINDRI_SANDBOX_TIME_SCALE", "inf");
    check("SINDRI_LOG_LEVEL", "loud");
    check("SINDRI_SANDBOX", "ture");
    check("SINDRI_SANDBOX", "2");
}

#[test]
fn a_switch_is_read_whatever_its_case_and_empty_is_unset() {
    let check = |value: &str, cloud| {
        let settings = settings(&["status"], &[("SINDRI_SANDBOX", value)]);
        assert_eq!(settings.cloud, cloud, "{value:?}");
    };
    for on in ["1", "true", "True", "TRUE", "yes", "On", "y", "Y", " true "] {
        check(on, CloudChoice::Sandbox);
    }
    for off in ["", " ", "0", "false", "False", "NO", "off", "n"] {
        check(off, CloudChoice::Real);
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_no_key() {
    let check = |value: &str, expected: Option<NoKey>| {
        let settings = settings(&["status"], &[("RUNPOD_API_KEY", value)]);
        assert_eq!(settings.runpod.api_key.err(), expected, "{value:?}");
    };
    check("rpa_key", None);
    check(" rpa_key\n", None);
    check("", Some(NoKey::Unset));
    check(" \t", Some(NoKey::Blank));
    check("rpa\nkey", Some(NoKey::Unsendable));
    check("rpa key", Some(NoKey::Unsendable));
    check("rpa_k\u{e9}y", Some(NoKey::Unsendable));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_named_and_is_not_unset() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let broken = |name: &str| {
        Environment::of_raw_test([(OsString::from(name), OsString::from_vec(b"k\xff".to_vec()))])
    };
    let cli = Cli::try_parse_from(["sindri", "status"]).expect("arguments parse");
    for name in ["SINDRI_CONFIG", "SINDRI_SANDBOX", "RUNPOD_API_BASE_URL"] {
        let error = Settings::resolve(&cli.global, broken(name)).err();
        let error = error.expect("an error");
        assert_eq!(Exit::from(&error), Exit::Usage);
        assert_eq!(error.to_string(), format!("{name} is not text"));
    }
    let settings = Settings::resolve(&cli.global, broken("RUNPOD_API_KEY"));
    let settings = settings.expect("settings resolve");
    assert_eq!(settings.runpod.api_key.err(), Some(NoKey::NotText));
    let colour = OutputSettings::resolve(&cli.global, &broken("NO_COLOR"));
    assert_eq!(colour.expect("it resolves").colour, Colour::Never);
}

#[test]
fn no_value_of_the_environment_is_in_its_debug_text() {
    let environment = Environment::of_test(&[("RUNPOD_API_KEY", "rpa_marker")]);
    assert_eq!(format!("{environment:?}"), r#"{"RUNPOD_API_KEY"}"#);
}

#[test]
fn every_flag_definition_is_sound() {
    use clap::CommandFactory as _;
    Cli::command().debug_assert();
}

#[test]
fn northflank_is_reached_by_any_of_its_variables_and_the_first_token_that_is_set_decides() {
    use secrecy::ExposeSecret as _;
    let token = |variables: &[(&str, &str)]| {
        let token = settings(&["status"], variables).northflank.api_token;
        token.map(|token| token.expose_secret().to_owned())
    };
    assert_eq!(token(&[]), Err(NoKey::Unset));
    assert_eq!(token(&[("NF_API_TOKEN", "b")]), Ok("b".to_owned()));
    let both = [("NORTHFLANK_API_TOKEN", "a"), ("NF_API_TOKEN", "b")];
    assert_eq!(token(&both), Ok("a".to_owned()));
    // Another account's token is no substitute for one that was mistyped.
    let blank = [("NORTHFLANK_API_TOKEN", " "), ("NF_API_TOKEN", "b")];
    assert_eq!(token(&blank), Err(NoKey::Blank));
    let origin = |variables: &[(&str, &str)]| settings(&["status"], variables).northflank.base_url;
    assert_eq!(origin(&[]), NORTHFLANK_API);
    assert_eq!(origin(&[("NF_HOST", "https://a/")]), "https://a");
    let both = [
        ("NF_HOST", "https://a"),
        ("NORTHFLANK_API_BASE_URL", "https://b"),
    ];
    assert_eq!(origin(&both), "https://b");
}
