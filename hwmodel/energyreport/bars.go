package energyreport

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"couplet/hwmodel"
)

// scale is a logarithmic axis of energies, in joules.
type scale struct{ lo, hi float64 } // powers of ten

// scaleOf reaches over all totals, with their dynamic parts and ranges; false if nothing costs anything.
func scaleOf(bills []*hwmodel.Bill, more ...hwmodel.Energy) (scale, bool) {
	s := scale{math.Inf(1), math.Inf(-1)}
	take := func(e hwmodel.Energy) {
		if e.Sign() > 0 {
			x := math.Log10(e.Float())
			s.lo, s.hi = min(s.lo, math.Floor(x)), max(s.hi, math.Ceil(x))
		}
	}
	for _, b := range bills {
		least, most := b.Band()
		for _, e := range []hwmodel.Energy{b.Dynamic(), b.Total(), least, most} {
			take(e)
		}
	}
	for _, e := range more {
		take(e)
	}
	if s.lo == s.hi {
		s.hi++
	}
	return s, s.hi > s.lo
}

// at is the place of an energy on the axis, from 0 to 1.
func (s scale) at(e hwmodel.Energy) float64 {
	return max(0, min(1, (math.Log10(e.Float())-s.lo)/(s.hi-s.lo)))
}

// decade writes a power of ten joules.
func decade(exponent float64) string {
	e := hwmodel.Atto[hwmodel.Joule](1)
	for range int(exponent) + 18 {
		e = e.Times(10)
	}
	return e.String()
}

// barWidth is the width of the bars in a terminal, in characters.
const barWidth = 50

// WriteBars draws the totals of bills as bars of text on a logarithmic axis: "=" is dynamic energy, "#" what
// static power adds.
func WriteBars(w io.Writer, bills []*hwmodel.Bill) error {
	b := bufio.NewWriter(w)
	s, ok := scaleOf(bills)
	if !ok {
		return nil
	}
	width := 0
	for _, bill := range bills {
		width = max(width, len(bill.Profile.Name))
	}
	for _, bill := range bills {
		bar := ""
		if bill.Total().Sign() > 0 {
			dynamic := 0
			if bill.Dynamic().Sign() > 0 {
				dynamic = int(math.Round(s.at(bill.Dynamic()) * barWidth))
			}
			all := int(math.Round(s.at(bill.Total()) * barWidth))
			bar = strings.Repeat("=", dynamic) + strings.Repeat("#", max(all-dynamic, 0))
		}
		fmt.Fprintf(b, "%-*s |%-*s %s\n", width, bill.Profile.Name, barWidth, bar, bill.Total())
	}
	fmt.Fprintf(b, "%-*s |%s to %s, logarithmic; = dynamic, # static\n", width, "", decade(s.lo), decade(s.hi))
	return b.Flush()
}
