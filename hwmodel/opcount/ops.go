package opcount

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Ops are numbers of operations of the two kinds that the literature knows: an accumulate (AC) adds a
// stored number, a multiply-accumulate (MAC) multiplies first. The MACs are not among the ACs.
type Ops struct {
	AC, MAC int64
}

// Plus returns the sum of two counts.
func (o Ops) Plus(p Ops) Ops { return Ops{AC: o.AC + p.AC, MAC: o.MAC + p.MAC} }

// Energy prices operations: E = E_add·AC + (E_add + E_mul)·MAC, in joules (hardware/README.md §3).
func (o Ops) Energy(p Prices) float64 {
	return float64(float64(o.AC)*p.Add) + float64(float64(o.MAC)*p.MAC())
}

// Prices are the energies of an addition and of a multiplication, in joules. The package ships none: a
// price belongs to a process, a voltage and a width of numbers, and comes with a source. The pair behind
// most published estimates is 0.9 pJ and 3.7 pJ, for 32-bit floating point at 45 nm and 0.9 V (M. Horowitz,
// "Computing's energy problem (and what we can do about it)", ISSCC 2014), whence "AC = 0.9 pJ, MAC =
// 4.6 pJ".
type Prices struct {
	Add, Mul float64
}

// MAC is the energy of a multiplication and an addition.
func (p Prices) MAC() float64 { return p.Add + p.Mul }

// Validate reports prices that are negative or not finite.
func (p Prices) Validate() error {
	return errors.Join(checkPrice("an addition", p.Add), checkPrice("a multiplication", p.Mul))
}

func checkPrice(of string, joules float64) error {
	if !(joules >= 0) || math.IsInf(joules, 0) {
		return fmt.Errorf("opcount: price of %s is %g J, want a finite number from 0", of, joules)
	}
	return nil
}

// tally sums products of counts and notices when they outgrow 63 bits.
type tally struct {
	n    int64
	over bool
}

// add adds a·b, neither of them negative.
func (t *tally) add(a, b int64) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	sum, carry := bits.Add64(low, uint64(t.n), 0)
	if high != 0 || carry != 0 || sum > math.MaxInt64 {
		t.over = true
		return
	}
	t.n = int64(sum)
}

var errOverflow = errors.New("more than 2^63 operations, too many to count")

// err reports a count that outgrew its range.
func (t *tally) err() error {
	if t.over {
		return errOverflow
	}
	return nil
}

// product is a·b for numbers that are not negative.
func product(a, b int64) (int64, error) {
	var t tally
	t.add(a, b)
	return t.n, t.err()
}

// whole rounds an expected number of operations to the nearest whole one, halves to even.
func whole(x float64) (int64, error) {
	if !(x < 1<<63) { // also NaN
		return 0, errOverflow
	}
	return int64(math.RoundToEven(x)), nil
}
