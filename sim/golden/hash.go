package golden

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"

	"couplet/sim"
)

// Hash is the SHA-256 of a spike train up to a tick, in hexadecimal digits: the hash of the text of
// lines "tick,neuron\n", decimal and without a header, in order of (tick, neuron).
func Hash(train *sim.SpikeTrain, upTo int64) string {
	h := newSpikeHash(train)
	h.to(upTo)
	return h.sum()
}

// spikeHash hashes a spike train piece by piece.
type spikeHash struct {
	train *sim.SpikeTrain
	order []int // spikes in order of (tick, neuron); nil if the train already is
	next  int   // spikes hashed so far
	hash  hash.Hash
	line  []byte
}

func newSpikeHash(train *sim.SpikeTrain) *spikeHash {
	h := &spikeHash{train: train, hash: sha256.New()}
	if !slices.IsSortedFunc(numbers(train.Len()), h.compare) {
		h.order = numbers(train.Len())
		slices.SortStableFunc(h.order, h.compare)
	}
	return h
}

func numbers(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func (h *spikeHash) compare(a, b int) int {
	if d := h.train.Ticks[a] - h.train.Ticks[b]; d != 0 {
		return int(d)
	}
	return int(h.train.Neurons[a]) - int(h.train.Neurons[b])
}

// at is the index of spike i of the order.
func (h *spikeHash) at(i int) int {
	if h.order == nil {
		return i
	}
	return h.order[i]
}

// to hashes the spikes up to a tick.
func (h *spikeHash) to(tick int64) {
	for ; h.next < h.train.Len() && h.train.Ticks[h.at(h.next)] <= tick; h.next++ {
		i := h.at(h.next)
		h.line = strconv.AppendInt(h.line[:0], h.train.Ticks[i], 10)
		h.line = append(h.line, ',')
		h.line = strconv.AppendUint(h.line, uint64(h.train.Neurons[i]), 10)
		h.line = append(h.line, '\n')
		h.hash.Write(h.line)
	}
}

// sum is the hash of what has been hashed so far.
func (h *spikeHash) sum() string { return hex.EncodeToString(h.hash.Sum(nil)) }
