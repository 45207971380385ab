//! Latencies in a fixed amount of memory: each power of two is divided into 64 steps, so a figure is right to 1.6 %.

const STEPS: usize = 64;

/// Counts of durations in nanoseconds.
#[derive(Debug)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn new() -> Histogram {
        Histogram { counts: vec![0; 64 * STEPS], total: 0 }
    }

    /// Adds one duration.
    pub(crate) fn add(&mut self, nanoseconds: u64) {
        self.counts[place(nanoseconds)] += 1;
        self.total += 1;
    }

    /// How many durations were added.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The duration in nanoseconds that `share` (0 to 1) of all are no longer than.
    pub(crate) fn quantile(&self, share: f64) -> u64 {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return value(index);
            }
        }
        0
    }
}

fn place(nanoseconds: u64) -> usize {
    let nanoseconds = nanoseconds.max(STEPS as u64);
    let power = nanoseconds.ilog2() as usize;
    let step = (nanoseconds >> (power - STEPS.ilog2() as usize)) as usize - STEPS;
    power * STEPS + step
}

fn value(place: usize) -> u64 {
    let (power, step) = (place / STEPS, place % STEPS);
    ((STEPS + step) as u64) << (power - STEPS.ilog2() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_two_percent() {
        let mut histogram = Histogram::new();
        for microseconds in 1..=1000 {
            histogram.add(microseconds * 1000);
        }
        for (share, exact) in [(0.5, 500_000.0), (0.99, 990_000.0), (1.0, 1_000_000.0)] {
            let found = histogram.quantile(share) as f64;
            assert!((found - exact).abs() / exact < 0.02, "{share}: {found} instead of {exact}");
        }
    }

    #[test]
    fn nothing_added_is_nothing_found() {
        assert_eq!(Histogram::new().quantile(0.99), 0);
    }

    #[test]
    fn very_short_durations_have_a_place() {
        let mut histogram = Histogram::new();
        histogram.add(0);
        assert_eq!(histogram.quantile(0.5), 64);
    }
}
