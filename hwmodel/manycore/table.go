package manycore

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteTable writes what every core holds and uses, each figure as used/limit, "-" where the chip sets no
// limit.
func (p *Placement) WriteTable(w io.Writer, c *Chip) error {
	var b strings.Builder
	fmt.Fprintf(&b, "chip %s: %d of %d cores on %d of %d tiles\n", c.Name, len(p.Cores), len(c.Cores), p.Tiles, len(c.Tiles))
	if p.WorstCase {
		b.WriteString("synapses and axons are worst cases: the wiring of some projections is known by its counts only\n")
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "core\tneurons\tsynapses\tbytes\taxons in\taxons out\tfan-in\tfan-out\tcores/neuron\tholds")
	l := &c.Limits
	next := 0
	for i := range p.Cores {
		u := &p.Cores[i]
		neurons := l.NeuronsPerCore
		neurons.Value, _ = c.NeuronsPerCore(u.Core)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", u.Name,
			share(u.Neurons, neurons), share(u.Synapses, l.SynapsesPerCore), share(u.SynapseBytes, l.SynapseBytesPerCore),
			share(u.AxonsIn, l.AxonsInPerCore), share(u.AxonsOut, l.AxonsOutPerCore),
			share(u.FanIn, l.FanIn), share(u.FanOut, l.FanOut), share(u.Reach, l.CoresPerNeuron))
		var holds []string
		for ; next < len(p.Parts) && p.Parts[next].Core == u.Core; next++ {
			holds = append(holds, p.Parts[next].String())
		}
		fmt.Fprintln(t, strings.Join(holds, ", "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, text := range c.Unchecked {
		fmt.Fprintf(&b, "not checked: %s\n", text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String names the neurons of a part: exc[0..511].
func (p *Part) String() string { return fmt.Sprintf("%s[%d..%d]", p.Population, p.Lo, p.Hi-1) }

func share(used int64, limit Limit) string {
	if !limit.Given() {
		return fmt.Sprintf("%d/-", used)
	}
	return fmt.Sprintf("%d/%d", used, limit.Value)
}
