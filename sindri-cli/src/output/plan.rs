//! The plan as text for people.

use super::human::{Human, usd};
use super::paint::{Ink, Palette};
use crate::plan::{Action, Change, Choice, Class, DataLoss, Estimate, Plan};

impl Human for Plan {
    fn human(&self, palette: Palette) -> String {
        let mut text = format!(
            "plan for {} on {}\n",
            palette.paint(Ink::Strong, &self.name),
            self.provider
        );
        if self.actions.is_empty() {
            text.push_str("\nnothing to do: what is deployed is what sindri.yaml says\n");
        }
        for action in &self.actions {
            text.push_str(&self::action(action, palette));
        }
        if let Some(choice) = &self.choice {
            text.push_str(&self::choice(choice));
        }
        text.push_str(&cost(self.estimated_cost.as_ref(), palette));
        for blocker in &self.blockers {
            let word = palette.paint(Ink::Error, "deploy will refuse:");
            text.push_str(&format!("{word} {blocker}\n"));
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }
}

fn action(action: &Action, palette: Palette) -> String {
    let (sign, ink) = match action.class {
        Class::Create => ("+", Ink::Good),
        Class::UpdateInPlace | Class::Start => ("~", Ink::Help),
        Class::Restart => ("~", Ink::Warning),
        Class::Replace | Class::Delete => ("!", Ink::Error),
    };
    let mut text = format!(
        "\n{} {} {}\n    {}\n",
        palette.paint(ink, sign),
        palette.paint(ink, action.class.words()),
        palette.paint(Ink::Strong, &action.resource),
        action.description
    );
    for Change {
        field, from, to, ..
    } in &action.changes
    {
        text.push_str(&format!("    {field}: {from} -> {to}\n"));
    }
    if !action.loses.is_empty() {
        text.push_str(&format!("    lost: {}\n", action.loses.join(", ")));
    }
    if action.destroys_data == DataLoss::Destroys {
        text.push_str(&format!(
            "    {}\n",
            palette.paint(Ink::Error, "destroys data")
        ));
    }
    text
}

fn choice(choice: &Choice) -> String {
    let memory = choice
        .memory_gb
        .map(|gb| format!(", {gb} GB"))
        .unwrap_or_default();
    let mut text = format!(
        "\nchosen for `{}`: {}{memory}, {}/h, stock {}\n",
        choice.wish,
        choice.id,
        usd(choice.usd_per_hour),
        choice.stock
    );
    for passed in &choice.passed_over {
        text.push_str(&format!("  not {}: {}\n", passed.id, passed.reason));
    }
    text
}

fn cost(estimate: Option<&Estimate>, palette: Palette) -> String {
    let Some(estimate) = estimate else {
        return "\ncost: not checked\n".to_owned();
    };
    let heading = format!(
        "{:<42} {:>12} {:>12}",
        "cost in USD per hour", "running", "stopped"
    );
    let mut text = format!("\n{}\n", palette.paint(Ink::Faint, &heading));
    let mut row = |item: &str, running: f64, stopped: f64| {
        text.push_str(&format!(
            "{item:<42} {:>12} {:>12}\n",
            usd(running),
            usd(stopped)
        ));
    };
    for line in &estimate.lines {
        row(
            &line.item,
            line.usd_per_hour.running,
            line.usd_per_hour.stopped,
        );
    }
    row("total", estimate.hourly, estimate.stopped_hourly);
    text.push_str(&format!(
        "{:<42} {:>12} {:>12}\n",
        "per month, about",
        format!("${:.2}", estimate.monthly),
        format!("${:.2}", estimate.stopped_monthly)
    ));
    for note in &estimate.notes {
        text.push_str(&format!("{}\n", palette.paint(Ink::Faint, note)));
    }
    text
}
