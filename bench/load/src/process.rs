//! What a process and all its living children use, as Linux counts it in `/proc`. Elsewhere everything reads as zero.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Memory of a tree of processes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Memory {
    /// Bytes that belong to these processes alone.
    pub(crate) private: u64,
    /// Bytes resident, shared ones included.
    pub(crate) resident: u64,
}

/// What `root` and its descendants hold now.
pub(crate) fn memory(root: Option<u32>) -> Memory {
    let mut sum = Memory::default();
    for pid in root.into_iter().flat_map(descendants) {
        let (private, resident) = memory_of(pid).unwrap_or((0, 0));
        sum.private += private;
        sum.resident += resident;
    }
    sum
}

/// Processor time of every thread of a tree, in nanoseconds: the kernel's ticks would be too coarse for short rounds.
#[derive(Debug, Default)]
pub(crate) struct Cpu {
    threads: HashMap<u32, u64>,
}

impl Cpu {
    /// What `root` and its descendants have used until now.
    pub(crate) fn of(root: Option<u32>) -> Cpu {
        let processes = root.into_iter().flat_map(descendants);
        Cpu {
            threads: processes.flat_map(threads).filter_map(|(id, path)| Some((id, spent(&path)?))).collect(),
        }
    }

    /// Seconds used since `before`. What a thread used that has ended meanwhile is lost.
    pub(crate) fn since(&self, before: &Cpu) -> f64 {
        let used = |(id, now): (&u32, &u64)| now.saturating_sub(before.threads.get(id).copied().unwrap_or(0));
        self.threads.iter().map(used).sum::<u64>() as f64 / 1e9
    }
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
    let parents: Vec<(u32, u32)> =
        numbered("/proc").filter_map(|(pid, _)| Some((pid, parent(pid)?))).collect();
    let mut tree = vec![root];
    let mut at = 0;
    while at < tree.len() {
        let parent = tree[at];
        tree.extend(parents.iter().filter(|child| child.1 == parent).map(|child| child.0));
        at += 1;
    }
    tree
}

fn threads(pid: u32) -> impl Iterator<Item = (u32, std::path::PathBuf)> {
    numbered(format!("/proc/{pid}/task"))
}

/// The entries of a folder that are named by a number.
fn numbered(folder: impl AsRef<Path>) -> impl Iterator<Item = (u32, std::path::PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
}

/// The parent, which comes after the program's name; that may hold spaces and parentheses itself.
fn parent(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Nanoseconds a thread was on a processor.
fn spent(thread: &Path) -> Option<u64> {
    let text = fs::read_to_string(thread.join("schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn memory_of(pid: u32) -> Option<(u64, u64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let sum = |names: &[&str]| {
        let wanted = text.lines().filter(|line| names.iter().any(|name| line.starts_with(name)));
        wanted.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>() * 1024
    };
    Some((sum(&["Private_Clean:", "Private_Dirty:"]), sum(&["Rss:"])))
}
