//! What a process and all its living children use, as Linux counts it in `/proc`. Elsewhere everything reads as zero.

use std::fs;

/// Kernel clock ticks a second: 100 on every Linux that runs today, whatever its own timer does.
const TICKS: f64 = 100.0;

/// Processor seconds and memory of a tree of processes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Use {
    /// User and system time in seconds.
    pub(crate) cpu_s: f64,
    /// Bytes that belong to these processes alone.
    pub(crate) private: u64,
    /// Bytes resident, shared ones included.
    pub(crate) resident: u64,
}

/// What `root` and its descendants have used until now.
pub(crate) fn tree(root: Option<u32>) -> Use {
    let Some(root) = root else { return Use::default() };
    let mut sum = Use::default();
    for pid in descendants(root) {
        sum.cpu_s += cpu(pid).unwrap_or(0.0);
        let (private, resident) = memory(pid).unwrap_or((0, 0));
        sum.private += private;
        sum.resident += resident;
    }
    sum
}

/// Only the processor time of the tree, which is cheap to read at the edges of a measurement.
pub(crate) fn tree_cpu(root: Option<u32>) -> f64 {
    root.map_or(0.0, |root| descendants(root).into_iter().filter_map(cpu).sum())
}

/// Databases, their logs included, that the tree has open.
pub(crate) fn open_databases(root: Option<u32>) -> usize {
    let files =
        root.into_iter().flat_map(descendants).flat_map(|pid| fs::read_dir(format!("/proc/{pid}/fd")));
    files
        .flatten()
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter(|file| file.to_string_lossy().contains(".sqlite"))
        .count()
}

fn descendants(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, fields(pid)?.get(1)?.parse().ok()?)))
        .collect();
    let mut tree = vec![root];
    let mut at = 0;
    while at < tree.len() {
        let parent = tree[at];
        tree.extend(parents.iter().filter(|child| child.1 == parent).map(|child| child.0));
        at += 1;
    }
    tree
}

/// The fields of `/proc/PID/stat` after the program's name, which may hold spaces and parentheses itself.
fn fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn cpu(pid: u32) -> Option<f64> {
    let fields = fields(pid)?;
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS)
}

fn memory(pid: u32) -> Option<(u64, u64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let sum = |names: &[&str]| {
        let wanted = text.lines().filter(|line| names.iter().any(|name| line.starts_with(name)));
        wanted.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>() * 1024
    };
    Some((sum(&["Private_Clean:", "Private_Dirty:"]), sum(&["Rss:"])))
}
