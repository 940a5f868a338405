//! The plan as text for people.

use super::human::{Human, usd};
use super::paint::{Ink, Palette};
use super::text::Text;
use crate::plan::{Action, Change, Choice, Class, DataLoss, Estimate, Plan};

impl<S, T> Human for Plan<S, T> {
    fn human(&self, palette: Palette) -> Text {
        let name = palette.paint(Ink::Strong, &self.name);
        let mut text = Text::new(format!("plan for {name} on {}", self.provider));
        if self.actions.is_empty() {
            text.line("\nnothing to do: what is deployed is what sindri.yaml says");
        }
        for action in &self.actions {
            text.lines(&self::action(action, palette));
        }
        if let Some(choice) = &self.choice {
            text.lines(&self::choice(choice));
        }
        text.lines(&cost(self.estimated_cost.as_ref(), palette));
        for blocker in &self.blockers {
            let word = palette.paint(Ink::Error, "deploy will refuse:");
            text.line(format!("{word} {blocker}"));
        }
        for note in &self.notes {
            text.line(format!("note: {note}"));
        }
        text
    }
}

fn action<S>(action: &Action<S>, palette: Palette) -> Text {
    let (sign, ink) = match action.class {
        Class::Create => ("+", Ink::Good),
        Class::UpdateInPlace | Class::Start => ("~", Ink::Help),
        Class::Restart => ("~", Ink::Warning),
        Class::Replace | Class::Delete => ("!", Ink::Error),
    };
    let mut text = Text::new(format!(
        "\n{} {} {}\n    {}",
        palette.paint(ink, sign),
        palette.paint(ink, action.words()),
        palette.paint(Ink::Strong, &action.resource),
        action.description
    ));
    for Change {
        field, from, to, ..
    } in &action.changes
    {
        text.line(format!("    {field}: {from} -> {to}"));
    }
    if !action.loses.is_empty() {
        text.line(format!("    lost: {}", action.loses.join(", ")));
    }
    if action.destroys_data == DataLoss::Destroys {
        text.line(format!(
            "    {}",
            palette.paint(Ink::Error, "destroys data")
        ));
    }
    text
}

/// The most offers that a person is shown.
const SHOWN_OFFERS: usize = 5;

fn choice(choice: &Choice) -> Text {
    let memory = choice
        .memory_gb
        .map(|gb| format!(", {gb} GB"))
        .unwrap_or_default();
    let mut text = Text::new(format!(
        "\nchosen for `{}`: {}{memory}, {}/h, stock {}",
        choice.wish,
        choice.id,
        usd(choice.usd_per_hour),
        choice.stock
    ));
    for (index, offer) in choice.offers.iter().take(SHOWN_OFFERS).enumerate() {
        let order = if index == 0 { "first" } else { "then" };
        text.line(format!(
            "  {order:<5} {offer}, {}/h, stock {}",
            usd(offer.usd_per_hour),
            offer.stock
        ));
    }
    let more = choice.offers.len().saturating_sub(SHOWN_OFFERS);
    if more > 0 {
        text.line(format!("  then  {more} more; `--json` lists them"));
    }
    for passed in &choice.passed_over {
        text.line(format!("  not   {}: {}", passed.id, passed.reason));
    }
    text
}

fn cost(estimate: Option<&Estimate>, palette: Palette) -> Text {
    let Some(estimate) = estimate else {
        return Text::new("\ncost: not checked");
    };
    let row = |item: &str, running: &str, stopped: &str| {
        format!("{item:<42} {running:>12} {stopped:>12}")
    };
    let heading = row("cost in USD per hour", "running", "stopped");
    let mut text = Text::new(format!("\n{}", palette.paint(Ink::Faint, &heading)));
    for line in &estimate.lines {
        let rate = line.usd_per_hour;
        text.line(row(&line.item, &usd(rate.running), &usd(rate.stopped)));
    }
    text.line(row(
        "total",
        &usd(estimate.hourly),
        &usd(estimate.stopped_hourly),
    ));
    let dollars = |value: f64| format!("${value:.2}");
    text.line(row(
        "per month, about",
        &dollars(estimate.monthly),
        &dollars(estimate.stopped_monthly),
    ));
    for note in &estimate.notes {
        text.line(palette.paint(Ink::Faint, note));
    }
    text
}
