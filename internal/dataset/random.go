package dataset

import "couplet/internal/rng"

// Random addresses the random numbers of one data set in a run. Set tells data
// sets of the same run apart; with one, it is 0.
type Random struct {
	Seed uint64 // the user's
	Set  uint64
}

// Order writes the order of an epoch to order: the numbers 0 to len(order)-1,
// all orders being equally likely. It depends on nothing but seed, set, epoch
// and the length.
func (r Random) Order(order []int, epoch uint64) {
	for i := range order {
		order[i] = i
	}
	s := rng.NewKey(r.Seed, rng.Shuffle, r.Set).Sub(epoch).Stream()
	s.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}

// split writes a random order for the division into parts.
func (r Random) split(order []int) {
	for i := range order {
		order[i] = i
	}
	s := rng.NewKey(r.Seed, rng.Split, r.Set).Stream()
	s.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}

// augment returns the numbers that change a sample in an epoch.
func (r Random) augment(epoch uint64, sample int) rng.Stream {
	return rng.NewKey(r.Seed, rng.Augment, r.Set).Sub(epoch).Sub(uint64(sample)).Stream()
}
