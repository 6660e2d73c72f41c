package hwmodel

import (
	"fmt"
	"io"
	"math/big"
	"slices"
)

// WhatIf are the questions of a sensitivity analysis.
type WhatIf struct {
	// Rates are factors on the firing rates, such as 0.5 and 2.
	Rates []float64
	// WeightBits are widths of weights. They change the word of the memory WeightMemory; profiles without it
	// have prices that do not depend on the width, and say so.
	WeightBits   []int
	WeightMemory string // default "weights"
}

// Variation is the answer to one question.
type Variation struct {
	Question string  `json:"question"`
	Total    Energy  `json:"total"`
	Ratio    float64 `json:"ratio"`            // to the total of the bill; 0 if that is 0
	Remark   string  `json:"remark,omitempty"` // why the total is what it was
}

// Sensitivity answers what the bill would be under other assumptions, one at a time: other firing rates,
// other widths of weights, the ends of the ranges that sources give for prices. Counts that follow the
// firing rates scale with them ([TermInfo].Driven), rounded to whole events; neuron updates, barriers and static
// power stay what they are.
func Sensitivity(c Counts, p *Profile, cond Conditions, w WhatIf) ([]Variation, error) {
	base, err := Price(c, p, cond)
	if err != nil {
		return nil, err
	}
	total := base.Total()
	var list []Variation
	add := func(e Energy, remark, question string, args ...any) {
		v := Variation{Question: fmt.Sprintf(question, args...), Total: e, Remark: remark}
		if total.Sign() > 0 {
			v.Ratio = ratio(e, total)
		}
		list = append(list, v)
	}
	add(total, "", "as counted")
	for _, k := range w.Rates {
		scaled, err := scaleRates(c, k)
		if err != nil {
			return nil, err
		}
		b, err := Price(scaled, p, cond)
		if err != nil {
			return nil, err
		}
		add(b.Total(), "", "firing rates x %g", k)
	}
	memory := w.WeightMemory
	if memory == "" {
		memory = "weights"
	}
	for _, bits := range w.WeightBits {
		if _, known := p.memory(memory); !known {
			add(total, fmt.Sprintf("the prices of %s do not depend on the width of weights", p.Name), "weights of %d bits", bits)
			continue
		}
		q, err := p.WithWord(memory, bits)
		if err != nil {
			return nil, err
		}
		b, err := Price(c, q, cond)
		if err != nil {
			return nil, err
		}
		add(b.Total(), "", "weights of %d bits", bits)
	}
	least, most := base.Band()
	remark := ""
	if least.Cmp(most) == 0 {
		remark = "no source gives a range for a price that was charged"
	}
	add(least, remark, "prices at the lower end of their ranges")
	add(most, remark, "prices at the upper end of their ranges")
	return list, nil
}

// scaleRates multiplies what follows the firing rates, rounded to whole events.
func scaleRates(c Counts, k float64) (Counts, error) {
	factor := new(big.Rat).SetFloat64(k)
	if factor == nil || factor.Sign() < 0 {
		return Counts{}, fmt.Errorf("hwmodel: a factor on firing rates must be a number from 0 on (%g)", k)
	}
	c.List = slices.Clone(c.List)
	for i := range c.List {
		if info, _ := c.List[i].Term.Info(); !info.Driven {
			continue
		}
		n := rounded(new(big.Rat).Mul(factor, big.NewRat(c.List[i].N, 1)))
		if !n.IsInt64() {
			return Counts{}, fmt.Errorf("hwmodel: firing rates x %g: %s has too many events", k, c.List[i].Path)
		}
		c.List[i].N = n.Int64()
	}
	return c, nil
}

// WriteVariations writes the answers as a table for people.
func WriteVariations(w io.Writer, list []Variation) error {
	t := newColumns("what if", ">total", ">ratio", "")
	for _, v := range list {
		t.row(v.Question, v.Total.String(), fmt.Sprintf("%.3f", v.Ratio), v.Remark)
	}
	_, err := io.WriteString(w, t.String())
	return err
}
