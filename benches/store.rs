//! What a synced commit of 1, 16 and 256 entries costs. The figures for one entry compare with each other, not
//! with other machines: group commit must make an entry in a full commit a small part of one alone.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench may panic")]

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/store/samples.rs"]
mod samples;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hallway::store::RoomDb;
use hallway::types::limits::COMMIT_ENTRIES;

fn commits(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut group = criterion.benchmark_group("commit");
    group.sample_size(20);
    for size in [1, 16, COMMIT_ENTRIES as u64] {
        let path = dir.path().join(format!("{size}.db"));
        let mut db = RoomDb::create(&path, &samples::record()).expect("a room");
        let mut next = 1;
        group.throughput(Throughput::Elements(size));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            let batch = || {
                let batch = samples::batch(next, next + size - 1);
                next += size;
                batch
            };
            bencher.iter_batched(
                batch,
                |batch| db.append(&batch).expect("a commit"),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, commits);
criterion_main!(benches);
