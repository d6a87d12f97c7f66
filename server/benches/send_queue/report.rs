//! The results as Markdown, with a verdict for each target.

use std::fmt::Write as _;
use std::path::Path;

use crate::depth::Depth;
use crate::measure::{Figures, Floor};
use crate::{Outcome, Plan};

const BEGIN: &str = "<!-- results of the send queue: written by scripts/bench.sh -->";
const END: &str = "<!-- end of results of the send queue -->";

const ACHIEVED: f64 = 0.98;
const WORST_SECOND: f64 = 1.01;
const CPU: f64 = 2.0;
/// Between the shortest queue and the longest.
const FLAT: f64 = 1.3;

pub fn markdown(
    plan: &Plan,
    machine: &[(&str, String)],
    fsync_us: &[u32],
    floor: &Floor,
    all: &[Figures],
    depths: &[Depth],
) -> String {
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
        "- Queue: {} messages on {} numbers; Graph answers after {} ms",
        plan.queued,
        plan.numbers,
        plan.answer.as_millis()
    );
    let _ = writeln!(
        text,
        "- Floor: {:.0} sends/s over {} connections, {:.0} µs of CPU each\n",
        floor.per_second, plan.floor_connections, floor.cpu_us
    );
    text.push_str("| Cap of each number | Sent | Achieved / cap | Worst second / cap | CPU per send | … / floor |\n");
    text.push_str("| ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for figures in all {
        let _ = writeln!(
            text,
            "| {} | {} | {:.3} | {:.3} | {:.0} µs | {:.1} |",
            figures.cap,
            figures.sent,
            figures.achieved,
            figures.worst_second,
            figures.cpu_us,
            figures.cpu_us / floor.cpu_us
        );
    }
    text.push_str("\n| Queued | To take one |\n| ---: | ---: |\n");
    for depth in depths {
        let _ = writeln!(text, "| {} | {:.0} µs |", depth.queued, depth.us);
    }
    text.push_str("\n| Target | Asked | Measured | |\n| --- | ---: | ---: | --- |\n");
    let mut line = |target: String, asked: String, measured: f64, met: bool| {
        let verdict = if met { "met" } else { "**short**" };
        let _ = writeln!(text, "| {target} | {asked} | {measured:.3} | {verdict} |");
    };
    for figures in all {
        let (cap, cpu) = (figures.cap, figures.cpu_us / floor.cpu_us);
        line(format!("Achieved, cap {cap}"), format!("≥ {ACHIEVED}"), figures.achieved, figures.achieved >= ACHIEVED);
        let met = figures.worst_second <= WORST_SECOND;
        line(format!("Worst second, cap {cap}"), format!("≤ {WORST_SECOND}"), figures.worst_second, met);
        line(format!("CPU beside the floor, cap {cap}"), format!("≤ {CPU}"), cpu, cpu <= CPU);
    }
    if let (Some(first), Some(last)) = (depths.first(), depths.last()) {
        let growth = last.us / first.us;
        line(format!("To take one, {} / {}", last.queued, first.queued), format!("≤ {FLAT}"), growth, growth <= FLAT);
    }
    text
}

/// Puts the results between their marks.
pub fn write(path: &Path, results: &str) -> Outcome<()> {
    let page = std::fs::read_to_string(path)?;
    let (Some(begin), Some(end)) = (page.find(BEGIN), page.find(END)) else {
        return Err(format!("{}: the marks around the results are missing", path.display()).into());
    };
    let page = format!("{}\n\n{}\n\n{}", &page[..begin + BEGIN.len()], results.trim(), &page[end..]);
    std::fs::write(path, page)?;
    Ok(())
}
