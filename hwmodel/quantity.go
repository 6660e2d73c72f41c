package hwmodel

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
)

// Quantity is an exact amount of a unit: a whole number of 10⁻¹⁸ of it, without bound. Sums of
// quantities do not depend on the order of the summands, which is why the layers, the terms and the
// samples of a bill all add up to the same total. The zero value is 0; values are never changed in
// place, so they can be copied freely.
type Quantity[U Unit] struct{ atto *big.Int } // nil is 0

// Unit is the unit of a quantity: [Joule], [Second], [Watt] or [Hertz].
type Unit interface {
	symbol() string
	dimension() dimension
}

// Joule is the unit of energy.
type Joule struct{}

// Second is the unit of time.
type Second struct{}

// Watt is the unit of power.
type Watt struct{}

// Hertz is the unit of clock frequencies.
type Hertz struct{}

func (Joule) symbol() string  { return "J" }
func (Second) symbol() string { return "s" }
func (Watt) symbol() string   { return "W" }
func (Hertz) symbol() string  { return "Hz" }

// Energy is an exact energy in attojoules. Published prices are multiples of a femtojoule; the finer unit is
// for prices that follow from others by arithmetic, such as the access to a fraction of a memory word.
type Energy = Quantity[Joule]

// Time is an exact duration in attoseconds.
type Time = Quantity[Second]

// Power is an exact power in attowatts.
type Power = Quantity[Watt]

// Frequency is an exact frequency in attohertz.
type Frequency = Quantity[Hertz]

var (
	oneInAtto  = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil) // attounits in a unit
	maxInt64   = big.NewInt(math.MaxInt64)
	engineered = []string{"a", "f", "p", "n", "u", "m", "", "k", "M", "G", "T"} // powers of 1000 from 10⁻¹⁸
)

// Atto is the quantity of n attounits.
func Atto[U Unit](n int64) Quantity[U] { return quantityOf[U](big.NewInt(n)) }

// quantityOf takes over n; 0 is always nil, so that equal quantities are deeply equal.
func quantityOf[U Unit](n *big.Int) Quantity[U] {
	if n.Sign() == 0 {
		return Quantity[U]{}
	}
	return Quantity[U]{n}
}

// Seconds is the time nearest to a number of seconds, which must be finite.
func Seconds(s float64) (Time, error) { return fromFloat[Second](s) }

func fromFloat[U Unit](x float64) (Quantity[U], error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Quantity[U]{}, fmt.Errorf("hwmodel: a quantity must be finite (%g)", x)
	}
	r := new(big.Rat).SetFloat64(x)
	return quantityOf[U](rounded(r.Mul(r, new(big.Rat).SetInt(oneInAtto)))), nil
}

// rounded is the whole number nearest to r; halves go away from 0.
func rounded(r *big.Rat) *big.Int {
	twice := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	twice.Add(twice, r.Denom())
	twice.Quo(twice, new(big.Int).Lsh(r.Denom(), 1))
	if r.Sign() < 0 {
		twice.Neg(twice)
	}
	return twice
}

// int is the number of attounits, to be read only.
func (q Quantity[U]) int() *big.Int {
	if q.atto == nil {
		return new(big.Int)
	}
	return q.atto
}

// Atto returns the number of attounits.
func (q Quantity[U]) Atto() *big.Int { return new(big.Int).Set(q.int()) }

// Plus is the sum of two quantities.
func (q Quantity[U]) Plus(r Quantity[U]) Quantity[U] {
	return quantityOf[U](new(big.Int).Add(q.int(), r.int()))
}

// Minus is the difference of two quantities.
func (q Quantity[U]) Minus(r Quantity[U]) Quantity[U] {
	return quantityOf[U](new(big.Int).Sub(q.int(), r.int()))
}

// Times is n times the quantity.
func (q Quantity[U]) Times(n int64) Quantity[U] {
	return quantityOf[U](new(big.Int).Mul(q.int(), big.NewInt(n)))
}

// scaled is the quantity times a factor, rounded to an attounit.
func (q Quantity[U]) scaled(factor *big.Rat) Quantity[U] {
	r := new(big.Rat).SetInt(q.int())
	return quantityOf[U](rounded(r.Mul(r, factor)))
}

// Cmp compares two quantities: -1, 0 or +1.
func (q Quantity[U]) Cmp(r Quantity[U]) int { return q.int().Cmp(r.int()) }

// Sign is -1, 0 or +1.
func (q Quantity[U]) Sign() int { return q.int().Sign() }

// Float is the quantity in its unit, rounded to a float64.
func (q Quantity[U]) Float() float64 {
	x, _ := new(big.Rat).SetFrac(q.int(), oneInAtto).Float64()
	return x
}

// ratio is q/r as a float64, NaN if r is 0.
func ratio[U, V Unit](q Quantity[U], r Quantity[V]) float64 {
	if r.Sign() == 0 {
		return math.NaN()
	}
	x, _ := new(big.Rat).SetFrac(q.int(), r.int()).Float64()
	return x
}

// per is the quantity divided by a count, rounded to an attounit; 0 if the count is not positive.
func (q Quantity[U]) per(n int64) Quantity[U] {
	if n <= 0 {
		return Quantity[U]{}
	}
	return q.scaled(big.NewRat(1, n))
}

// inverse is one over the quantity in its unit, which must not be 0.
func (q Quantity[U]) inverse() *big.Rat { return new(big.Rat).SetFrac(oneInAtto, q.int()) }

// significant is the number of digits of a quantity in a text.
const significant = 6

// String writes the quantity with the prefix that leaves one to three digits before the point, rounded
// to six digits: "726.181 nJ".
func (q Quantity[U]) String() string {
	symbol := (*new(U)).symbol()
	if q.Sign() == 0 {
		return "0 " + symbol
	}
	digits := len(new(big.Int).Abs(q.int()).String())
	for {
		group := min((digits-1)/3, len(engineered)-1)
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(3*group)), nil)
		decimals := max(significant-max(digits-3*group, 1), 0)
		text := new(big.Rat).SetFrac(q.int(), unit).FloatString(min(decimals, 3*group))
		if whole, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), "."); len(whole) > digits-3*group {
			digits++ // 999.9999 became 1000.000
			continue
		}
		if strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return text + " " + engineered[group] + symbol
	}
}

// MarshalJSON writes the exact value as a text and the value in its unit as a number:
// {"exact":"726181000000 aJ","J":7.26181e-07}.
func (q Quantity[U]) MarshalJSON() ([]byte, error) {
	symbol := (*new(U)).symbol()
	value, err := json.Marshal(q.Float())
	if err != nil {
		return nil, fmt.Errorf("hwmodel: %s is too large for JSON", q)
	}
	return fmt.Appendf(nil, `{"exact":"%s a%s","%s":%s}`, q.int(), symbol, symbol, value), nil
}

// dissipated is the energy that a power takes over a time, rounded to an attojoule.
func dissipated(p Power, t Time) Energy {
	return quantityOf[Joule](rounded(product(p.int(), t.int())))
}

// cycles is the energy that a clock takes over a time at so much a cycle, rounded to an attojoule.
func cycles(perCycle Energy, f Frequency, t Time) Energy {
	r := product(f.int(), t.int()) // cycles × 10¹⁸
	r.Mul(r, new(big.Rat).SetFrac(perCycle.int(), oneInAtto))
	return quantityOf[Joule](rounded(r))
}

// product is a·b/10¹⁸: the product of two numbers of attounits in attounits.
func product(a, b *big.Int) *big.Rat {
	return new(big.Rat).SetFrac(new(big.Int).Mul(a, b), oneInAtto)
}
