package opcount

import (
	"errors"
	"fmt"
)

// OptimiserCost is what one update of one parameter takes. It has the fields of the description that
// learning/optim gives of its optimisers, so that one converts to the other: OptimiserCost(c.Cost()).
type OptimiserCost struct {
	// StateWords is the number of words kept per parameter beside the parameter itself.
	StateWords int
	// Reads and Writes count words of state and parameter that an update reads and writes.
	Reads, Writes int
	// GradientReads counts the reads of the gradient.
	GradientReads int
	// Adds counts additions and subtractions.
	Adds int
	Muls int
	Divs int
	// Roots counts square roots.
	Roots int
}

// WordBits are the widths of what an optimiser keeps, in bits.
type WordBits struct {
	Weight, Gradient int
	// State has the width of each word of state; a single one holds for all.
	State []int
}

// SinglePrecision keeps everything in 32 bits.
func SinglePrecision() WordBits { return WordBits{Weight: 32, Gradient: 32, State: []int{32}} }

// UpdatePrices are the energies of an update, in joules. A price of 0 is unknown, and what it would price
// is named by the bill.
type UpdatePrices struct {
	Add, Mul, Div, Root float64
	// Read and Write are the energies of an access to a 64-bit word. Narrower words cost in proportion.
	Read, Write float64
}

// OptimiserBill is the energy of one update of one parameter, in joules, with traffic and arithmetic
// apart: it is the traffic that decides.
type OptimiserBill struct {
	// StateBits are the bits of memory that a parameter occupies, itself included.
	StateBits int
	// Traffic is the energy of reads and writes, Arithmetic that of operations.
	Traffic, Arithmetic float64
	// Unpriced names what occurs and has no price. It is missing in the sums.
	Unpriced []string
}

// Energy is traffic and arithmetic together.
func (b OptimiserBill) Energy() float64 { return b.Traffic + b.Arithmetic }

// PerForward is the energy of an update over that of the same synapse in one forward pass. Updates come
// once per batch: divide by its size to compare per sample.
func (b OptimiserBill) PerForward(forward float64) float64 { return b.Energy() / forward }

// Price prices one update of one parameter. Traffic assumes that an update reads weight and gradient and
// every word of state, as far as the counts go: reads beyond one of each word are taken for words as wide
// as the widest of the state. It is an error if a count, width or price is negative or the number of
// widths is neither 1 nor that of the words.
func (c OptimiserCost) Price(bits WordBits, p UpdatePrices) (OptimiserBill, error) {
	if err := errors.Join(c.validate(), bits.validate(), p.validate()); err != nil {
		return OptimiserBill{}, err
	}
	widths, err := c.widths(bits.State)
	if err != nil {
		return OptimiserBill{}, err
	}
	b := OptimiserBill{StateBits: bits.Weight}
	for _, w := range widths {
		b.StateBits += w
	}
	read := c.words(c.Reads, bits.Weight, widths) + c.GradientReads*bits.Gradient
	written := c.words(c.Writes, bits.Weight, widths)
	b.Traffic = b.price("reads", float64(read)/64, p.Read) + b.price("writes", float64(written)/64, p.Write)
	b.Arithmetic = b.price("additions", float64(c.Adds), p.Add) + b.price("multiplications", float64(c.Muls), p.Mul) +
		b.price("divisions", float64(c.Divs), p.Div) + b.price("square roots", float64(c.Roots), p.Root)
	return b, nil
}

// price prices a number of events, or names them.
func (b *OptimiserBill) price(what string, n, each float64) float64 {
	if n > 0 && each == 0 {
		b.Unpriced = append(b.Unpriced, what)
	}
	return float64(n * each)
}

// widths lists the widths of all words of state.
func (c OptimiserCost) widths(state []int) ([]int, error) {
	switch len(state) {
	case c.StateWords:
		return state, nil
	case 1:
		widths := make([]int, c.StateWords)
		for i := range widths {
			widths[i] = state[0]
		}
		return widths, nil
	}
	return nil, fmt.Errorf("opcount: %d widths for %d words of state, want one or one each", len(state), c.StateWords)
}

// words is the number of bits of so many accesses: the weight first, then the words of state.
func (c OptimiserCost) words(n, weight int, state []int) int {
	sum, widest := 0, weight
	if n > 0 {
		sum = weight
	}
	for i, w := range state {
		if i+1 < n {
			sum += w
		}
		widest = max(widest, w)
	}
	return sum + max(0, n-1-len(state))*widest
}

const (
	maxPerUpdate = 1 << 20 // operations or words of one update: more is a mistake
	maxWordBits  = 1 << 10
)

func (b WordBits) validate() error {
	if b.Weight < 1 || b.Weight > maxWordBits {
		return fmt.Errorf("opcount: weight of %d bits, want 1 to %d", b.Weight, maxWordBits)
	}
	for _, w := range append([]int{b.Gradient}, b.State...) {
		if w < 0 || w > maxWordBits {
			return fmt.Errorf("opcount: gradient or state of %d bits, want 0 to %d", w, maxWordBits)
		}
	}
	return nil
}

func (c OptimiserCost) validate() error {
	for _, n := range []int{c.StateWords, c.Reads, c.Writes, c.GradientReads, c.Adds, c.Muls, c.Divs, c.Roots} {
		if n < 0 || n > maxPerUpdate {
			return fmt.Errorf("opcount: %d words or operations of an update, want 0 to %d", n, maxPerUpdate)
		}
	}
	return nil
}

func (p UpdatePrices) validate() error {
	return errors.Join(checkPrice("an addition", p.Add), checkPrice("a multiplication", p.Mul),
		checkPrice("a division", p.Div), checkPrice("a square root", p.Root),
		checkPrice("a read", p.Read), checkPrice("a write", p.Write))
}
