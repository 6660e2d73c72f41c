package energyreport

import (
	"errors"
	"fmt"
	"math"

	"couplet/hwmodel"
	"couplet/hwmodel/estimate"
	"couplet/sim"
)

// Report is what a page shows. Only Bill must be there.
type Report struct {
	Network  string // its name
	Version  string // of couplet, that simulated it
	Activity sim.Activity
	Steps    bool // ticks are abstract steps
	Bill     *hwmodel.Bill
	// Compared are bills of the same counts with other profiles.
	Compared    []*hwmodel.Bill
	Sensitivity []hwmodel.Variation
	// Operations are those of the MAC/AC method, and Conventional the bills of the conventional network of the
	// same graph; the first one stands for chips that cannot compute it themselves.
	Operations   *estimate.Ops
	Conventional []Conventional
	Metrics      *estimate.Metrics
	Config       []byte // text of the network file
}

// Conventional is the bill of a conventional network.
type Conventional struct {
	*hwmodel.Bill
	Weights bool // with a read of a weight for each multiply-accumulate; without, it is arithmetic alone
}

// Name names the profile and what is counted.
func (c Conventional) Name() string {
	if c.Weights {
		return c.Profile.Name + " + weights"
	}
	return c.Profile.Name
}

// PriceConventional prices the conventional network of a run with profiles: each with arithmetic alone, and with
// the reads of weights where it has a price for them. Profiles without a price for multiply-accumulates are left
// out.
func PriceConventional(o *estimate.Ops, profiles []*hwmodel.Profile, inferences int64) ([]Conventional, error) {
	var list []Conventional
	seen := map[string]bool{}
	for _, p := range profiles {
		if seen[p.Name] {
			continue
		}
		seen[p.Name] = true
		for _, weights := range []bool{false, true} {
			b, err := hwmodel.Price(o.Conventional(weights), p, hwmodel.Conditions{Inferences: inferences})
			if err != nil {
				return nil, err
			}
			if len(b.Without(hwmodel.Unpriced))+len(b.Without(hwmodel.Included))+len(b.Without(hwmodel.Absent)) == 0 {
				list = append(list, Conventional{b, weights})
			}
		}
	}
	return list, nil
}

var errNoBill = errors.New("energyreport: a report without a bill, there is nothing to show")

// Reference is the conventional network of the same graph, as numbers.
type Reference struct {
	Kind             string               `json:"kind"`
	MACs             int64                `json:"multiply_accumulates_per_inference"`
	Energies         []ReferenceEnergy    `json:"energies"`
	SpikesPerSynapse *float64             `json:"spikes_per_synapse_and_inference"` // null if no spikes meet synapses
	BreakEvens       []ReferenceBreakEven `json:"break_evens"`
	Assumptions      []string             `json:"assumptions"`
}

// ReferenceEnergy is the energy of one inference of the conventional network by a profile.
type ReferenceEnergy struct {
	Profile      string         `json:"profile"`
	Weights      bool           `json:"weights_read"`
	PerInference hwmodel.Energy `json:"per_inference"`
}

// ReferenceBreakEven is a published limit in spikes per synapse and inference.
type ReferenceBreakEven struct {
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Against string  `json:"against"`
	Source  string  `json:"source"`
	Grade   string  `json:"grade"`
	Verdict string  `json:"verdict"`
}

// Reference sums up the conventional network.
func (r *Report) Reference() Reference {
	x := Reference{Kind: "estimate", Energies: []ReferenceEnergy{}, BreakEvens: []ReferenceBreakEven{}, Assumptions: []string{}}
	for _, b := range r.Conventional {
		x.Energies = append(x.Energies, ReferenceEnergy{b.Profile.Name, b.Weights, b.PerInference()})
	}
	if r.Operations == nil {
		return x
	}
	x.MACs = r.Operations.PerInference()
	if s := r.Operations.SpikesPerSynapse(); !math.IsNaN(s) {
		x.SpikesPerSynapse = &s
	}
	for _, e := range r.Operations.BreakEvens() {
		low, high := e.PerSynapse()
		x.BreakEvens = append(x.BreakEvens, ReferenceBreakEven{low, high, e.Against, e.Source, e.Grade, e.Verdict()})
	}
	seen := map[bool]bool{}
	for _, b := range r.Conventional {
		if !seen[b.Weights] {
			seen[b.Weights] = true
			x.Assumptions = append(x.Assumptions, r.Operations.Conventional(b.Weights).Assumptions...)
		}
	}
	x.Assumptions = append(x.Assumptions, r.Operations.Notes...)
	return x
}

// conventionalFor is the conventional network that a bill is compared with: on the same chip if it can compute
// it, with the reads of weights if they have a price; false if there is none.
func (r *Report) conventionalFor(b *hwmodel.Bill) (Conventional, bool) {
	if len(r.Conventional) == 0 {
		return Conventional{}, false
	}
	best := r.Conventional[0]
	for _, c := range r.Conventional {
		if c.Profile.Name == b.Profile.Name {
			best = c
		}
	}
	return best, true
}

// Metric is a line of the table of metrics.
type Metric struct{ Name, Value, Note string }

// MetricRows lists the metrics of NeuroBench with its rounding.
func MetricRows(m *estimate.Metrics) []Metric {
	rows := []Metric{
		{"parameters", count(m.Parameters), "weights of connection layers"},
		{"footprint", count(m.Footprint) + " bytes", "zeros included"},
		{"connection sparsity", fmt.Sprintf("%.4f", m.ConnectionSparsity), "weights that are zero"},
		{"activation sparsity", fmt.Sprintf("%.6g", m.ActivationSparsity), "outputs of neurons that are zero"},
	}
	for _, l := range m.SparsityByLayer {
		rows = append(rows, Metric{"  of " + l.Layer, fmt.Sprintf("%.6g", l.Sparsity), ""})
	}
	return append(rows,
		Metric{"effective MACs", real(m.EffectiveMACs), "per inference"},
		Metric{"effective ACs", real(m.EffectiveACs), "per inference"},
		Metric{"dense operations", real(m.Dense), "per inference"},
		Metric{"membrane updates", "≤ " + real(m.MembraneUpdatesBound), "per inference"},
	)
}
