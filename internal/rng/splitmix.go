package rng

// SplitMix returns number k, from 0, of the published SplitMix64 sequence
// (Steele, Lea and Flood 2014) that starts at seed: the stream in which
// portable network descriptions are drawn, so that other simulators can draw
// the same network with a few lines of their own. The first number for seed 0
// is 0xe220a8397b1dcdaf.
func SplitMix(seed, k uint64) uint64 {
	return mixA(seed + (k+1)*0x9e3779b97f4a7c15)
}

// SplitMixBelow returns a whole number of [0, n), n <= 2^32, from number k of
// that sequence: its upper 32 bits times n, divided by 2^32 and rounded down.
func SplitMixBelow(seed, k, n uint64) uint64 {
	return (SplitMix(seed, k) >> 32) * n >> 32
}
