//! The results as Markdown, with a verdict for each target.

use std::fmt::Write as _;
use std::path::Path;

use crate::measure::{Figures, Run, median};
use crate::{Outcome, Plan};

pub const BEGIN: &str = "<!-- results: written by scripts/bench.sh -->";
pub const END: &str = "<!-- end of results -->";

/// Acks beside the floor's.
const ACKS: f64 = 0.85;
/// Sustained rate beside the floor's, by connections.
const SUSTAINED: [(usize, f64); 2] = [(64, 0.4), (256, 0.25)];
/// For 1,000 webhooks, divided by the connections.
const FSYNCS: f64 = 8_000.0;

pub fn markdown(plan: &Plan, machine: &[(&str, String)], fsync_us: &[u32], all: &[Figures]) -> String {
    let mut text = String::new();
    if plan.quick {
        text.push_str("A quick run: it shows that everything works; its figures say little.\n\n");
    }
    for (name, value) in machine {
        let _ = writeln!(text, "- {name}: {value}");
    }
    let at = |percent: usize| fsync_us.get(fsync_us.len() * percent / 100).copied().unwrap_or_default();
    let _ = writeln!(text, "- fdatasync of 4 KiB in this run: p50 {} µs, p95 {} µs", at(50), at(95));
    let _ = writeln!(
        text,
        "- Database: {} conversations, {} messages\n",
        thousands(plan.size.conversations as f64),
        thousands(plan.size.messages as f64)
    );
    text.push_str(
        "| Connections | Floor, acks/s | Majlis, acks/s | Majlis / floor | p50, p99 floor | p50, p99 Majlis | CPU per \
         webhook, floor | … Majlis | Sustained | fsyncs per 1,000 | … at the sustained rate |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for figures in all {
        let _ = writeln!(text, "{}", row(figures));
    }
    text.push_str("\n| Target | Asked | Measured | |\n| --- | ---: | ---: | --- |\n");
    for figures in all {
        verdicts(&mut text, figures);
    }
    text
}

fn row(figures: &Figures) -> String {
    let side = |runs: &[Run], of: fn(&Run) -> f64| median(runs.iter().map(of).collect());
    let latencies = |runs: &[Run]| {
        let ms = |of: fn(&Run) -> f64| format!("{:.2}", side(runs, of) / 1_000.0);
        format!("{}, {} ms", ms(|run| f64::from(run.p50_us)), ms(|run| f64::from(run.p99_us)))
    };
    let (floor, majlis) = (&figures.floor, &figures.majlis);
    let mut ratios = figures.ratios();
    ratios.sort_by(f64::total_cmp);
    let sustained = figures
        .sustained()
        .map_or("none".to_owned(), |step| format!("{}/s ({:.2})", thousands(step.per_second), step.fraction));
    let (closed, paced) = match &figures.fsyncs {
        Some(fsyncs) => {
            let (closed, paced) = (&fsyncs.closed, &fsyncs.paced);
            (
                format!("{:.0} ({:.0} + {:.0})", closed.sum(), closed.journal, closed.database),
                format!("{:.0} ({:.0} + {:.0})", paced.sum(), paced.journal, paced.database),
            )
        }
        None => ("no strace".to_owned(), "no strace".to_owned()),
    };
    format!(
        "| {} | {} | {} | {:.2} ({:.2}–{:.2}) | {} | {} | {:.0} µs | {:.0} µs | {sustained} | {closed} | {paced} |",
        figures.connections,
        thousands(side(floor, |run| run.per_second)),
        thousands(side(majlis, |run| run.per_second)),
        median(ratios.clone()),
        ratios.first().copied().unwrap_or_default(),
        ratios.last().copied().unwrap_or_default(),
        latencies(floor),
        latencies(majlis),
        side(floor, |run| run.cpu_us),
        side(majlis, |run| run.cpu_us),
    )
}

fn verdicts(text: &mut String, figures: &Figures) {
    let c = figures.connections;
    let mut line = |target: String, asked: String, measured: String, short: Option<String>| {
        let verdict = short.map_or("met".to_owned(), |by| format!("**short** by {by}"));
        let _ = writeln!(text, "| {target} | {asked} | {measured} | {verdict} |");
    };
    let short_of = |asked: f64, got: f64| (got < asked).then(|| format!("{:.0} %", (1.0 - got / asked) * 100.0));
    if c > 1 {
        let got = median(figures.ratios());
        line(format!("Acks beside the floor, {c}"), format!("≥ {ACKS}"), format!("{got:.2}"), short_of(ACKS, got));
    }
    if let Some((_, asked)) = SUSTAINED.into_iter().find(|(connections, _)| *connections == c) {
        let got = figures.sustained().map_or(0.0, |step| step.fraction);
        let name = format!("Sustained beside the floor, {c}");
        line(name, format!("≥ {asked}"), format!("{got:.2}"), short_of(asked, got));
    }
    if let Some(fsyncs) = &figures.fsyncs {
        let (asked, got) = (FSYNCS / c as f64, fsyncs.closed.sum());
        let short = (got > asked).then(|| format!("{:.0} %", (got / asked - 1.0) * 100.0));
        line(format!("fsyncs per 1,000 webhooks, {c}"), format!("≤ {asked:.0}"), format!("{got:.0}"), short);
    }
}

/// 12345.6 → 12,346.
pub fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Puts the results between their marks.
pub fn write(path: &Path, (begin_mark, end_mark): (&str, &str), results: &str) -> Outcome<()> {
    let page = std::fs::read_to_string(path)?;
    let (Some(begin), Some(end)) = (page.find(begin_mark), page.find(end_mark)) else {
        return Err(format!("{}: the marks around the results are missing", path.display()).into());
    };
    let page = format!("{}\n\n{}\n\n{}", &page[..begin + begin_mark.len()], results.trim(), &page[end..]);
    std::fs::write(path, page)?;
    Ok(())
}
