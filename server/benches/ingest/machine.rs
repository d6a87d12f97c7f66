//! The machine: its description, its cores, how long its disk takes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{Outcome, seed};

/// Are there two cores, and a tool to keep programs to one?
pub fn can_pin() -> bool {
    let listed = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cores = listed.lines().filter(|line| line.starts_with("processor")).count();
    cores >= 2 && said("taskset", &["--version"]).is_some()
}

/// Moves this process, and what it will start, to core 1: the servers have core 0.
pub fn keep_to_the_load_core() -> Outcome<()> {
    if can_pin() {
        let own = std::process::id().to_string();
        let moved = Command::new("taskset").args(["-cp", "1", &own]).stdout(Stdio::null()).status()?;
        if !moved.success() {
            return Err("taskset cannot move this process to core 1".into());
        }
    }
    Ok(())
}

/// What a durable write takes here, sorted, in microseconds.
pub fn fsync_latency(folder: &Path) -> Outcome<Vec<u32>> {
    let path = folder.join(format!("bench-fsync-{}", std::process::id()));
    let mut file = fs::File::create(&path)?;
    let mut took = Vec::with_capacity(500);
    for _ in 0..500 {
        file.write_all(&[7; 4_096])?;
        let started = Instant::now();
        file.sync_data()?;
        took.push(started.elapsed().as_micros() as u32);
    }
    fs::remove_file(path)?;
    took.sort_unstable();
    Ok(took)
}

/// One line for each thing a reader needs to compare figures.
pub fn describe() -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let cores = fs::read_to_string("/proc/cpuinfo")
        .map_or(0, |text| text.lines().filter(|line| line.starts_with("processor")).count());
    let pinned = if can_pin() { "; servers on core 0, load on core 1" } else { "; nothing pinned" };
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(unknown, |kib| format!("{:.0} GiB", kib / 1_048_576.0));
    vec![
        ("Date", said("date", &["-u", "+%F"]).unwrap_or_else(unknown)),
        ("CPU", format!("{}, {cores} cores{pinned}", field("/proc/cpuinfo", "model name").unwrap_or_else(unknown))),
        ("Memory", memory),
        ("Kernel", said("uname", &["-sr"]).unwrap_or_else(unknown)),
        ("File system", file_system(&seed::target()).unwrap_or_else(unknown)),
        ("Compiler", said("rustc", &["--version"]).unwrap_or_else(unknown)),
    ]
}

/// The type of the file system that holds `path`, by the longest mount point above it.
fn file_system(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        path.starts_with(at).then(|| (at.len(), kind.to_owned()))
    });
    mounted.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// What a command prints; none when it is not there or fails.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
