#!/bin/sh
# Instructions of one frame of the conversation, with 100 and with 100,000 lines, and their ratio.
# Setting up is taken out by counting two runs that differ in their number of frames.
#   benches/frame_instructions.sh [CARGO_PROFILE]     needs valgrind; fails where the ratio is above 1.2
set -eu
cd "$(dirname "$0")/.."
profile=${1:-bench}
program=$(cargo bench --quiet --bench conversation_frame --profile "$profile" --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*conversation_frame[^"]*\)".*/\1/p' | tail -n 1)
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
few=10
many=50
frame() {
    echo $((($(count "$1" $many) - $(count "$1" $few)) / (many - few)))
}
short=$(frame 100)
long=$(frame 100000)
awk -v short="$short" -v long="$long" 'BEGIN {
    printf "%d instructions a frame with 100 lines, %d with 100000: ratio %.3f\n", short, long, long / short
    exit long > 1.2 * short
}'
