package hwmodel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

// near is the relative tolerance of the golden data. Prices are whole attojoules, the data are not bound to them.
const near = 2e-6

// TestGoldenLoihiEvents: bills with the per-event table of Davies et al. 2018 (loihi.md sections 1 and 6).
func TestGoldenLoihiEvents(t *testing.T) {
	eachGolden(t, "loihi_events", func(t *testing.T, data []byte) {
		var g struct {
			Table map[string]float64
			Cases []struct {
				SynapticOps      int64   `json:"synaptic_ops"`
				UpdatesActive    int64   `json:"updates_active"`
				UpdatesInactive  int64   `json:"updates_inactive"`
				SpikesWithinTile int64   `json:"spikes_within_tile"`
				HopsEW           int64   `json:"hops_ew"`
				HopsNS           int64   `json:"hops_ns"`
				STDPUpdates      int64   `json:"stdp_updates"`
				Energy           float64 `json:"energy_J"`
			}
		}
		decode(t, data, &g)
		require.NotEmpty(t, g.Cases)
		terms := map[hwmodel.Term]string{
			hwmodel.SynapticOp: "syn", hwmodel.NeuronUpdateActive: "upd_active", hwmodel.NeuronUpdateIdle: "upd_inactive",
			hwmodel.SpikeWithinTile: "spike_tile", hwmodel.HopEW: "hop_ew", hwmodel.HopNS: "hop_ns", hwmodel.STDPUpdate: "stdp",
		}
		shipped := chip(t, "loihi_davies2018")
		same := true
		prices := "prices:\n"
		for term, key := range terms {
			require.Positive(t, g.Table["e_"+key])
			prices += fmt.Sprintf("  %s: {energy: %.0f aJ, time: %.0f ps, grade: sim, source: test}\n", term, 1e18*g.Table["e_"+key], 1e12*g.Table["t_"+key])
			same = same && shipped.Prices[term].Energy.Float() == g.Table["e_"+key] && shipped.Prices[term].Time.Float() == g.Table["t_"+key]
		}
		profiles := []*hwmodel.Profile{sketch(t, prices)}
		if same {
			profiles = append(profiles, shipped)
		}
		for i, c := range g.Cases {
			for _, p := range profiles {
				b, err := hwmodel.Price(counts(map[hwmodel.Term]int64{
					hwmodel.SynapticOp: c.SynapticOps, hwmodel.NeuronUpdateActive: c.UpdatesActive, hwmodel.NeuronUpdateIdle: c.UpdatesInactive,
					hwmodel.SpikeWithinTile: c.SpikesWithinTile, hwmodel.HopEW: c.HopsEW, hwmodel.HopNS: c.HopsNS, hwmodel.STDPUpdate: c.STDPUpdates,
				}), p, hwmodel.Conditions{})
				require.NoError(t, err)
				require.InEpsilon(t, c.Energy, b.Dynamic().Float(), near, "case %d with %s", i, p.Name)
				require.Empty(t, b.Without(hwmodel.Unpriced))
			}
		}
	})
}

// TestShippedTableIsGolden: the table of the golden file is the shipped profile, so that its cases were run
// with it.
func TestShippedTableIsGolden(t *testing.T) {
	p := chip(t, "loihi_davies2018")
	for term, want := range map[hwmodel.Term][2]string{
		hwmodel.SynapticOp: {"23.6 pJ", "3.5 ns"}, hwmodel.STDPUpdate: {"120 pJ", "6.1 ns"},
		hwmodel.NeuronUpdateActive: {"81 pJ", "8.4 ns"}, hwmodel.NeuronUpdateIdle: {"52 pJ", "5.3 ns"},
		hwmodel.SpikeWithinTile: {"1.7 pJ", "2.1 ns"}, hwmodel.HopEW: {"3 pJ", "4.1 ns"}, hwmodel.HopNS: {"4 pJ", "6.5 ns"},
	} {
		require.Equal(t, want, [2]string{p.Prices[term].Energy.String(), p.Prices[term].Time.String()}, term)
		require.Equal(t, hwmodel.Simulated, p.Prices[term].Grade)
	}
}

// memoryCase is a case of memory.json.
type memoryCase struct {
	WeightBytes    int64              `json:"weight_bytes"`
	WeightBits     int                `json:"weight_bits"`
	PotentialBytes int64              `json:"potential_bytes"`
	PotentialBits  int                `json:"potential_bits"`
	QueueBytes     int64              `json:"queue_bytes"`
	QueueBits      int                `json:"queue_bits"`
	SpikesIn       int64              `json:"spikes_in"`
	SpikesOut      int64              `json:"spikes_out"`
	SynapticEvents int64              `json:"synaptic_events"`
	NeuronUpdates  int64              `json:"neuron_updates"`
	EAdd           float64            `json:"e_add"`
	EAddressAdd    float64            `json:"e_address_add"`
	Terms          map[string]float64 `json:"terms_J"`
	Total          float64            `json:"total_J"`
}

// profile is the shipped memory-aware profile with the memories and additions of the case.
func (c memoryCase) profile(t *testing.T) *hwmodel.Profile {
	data, err := hwmodel.ChipText("memory45_int8")
	require.NoError(t, err)
	text := string(data)
	for _, edit := range [][2]string{
		{"weights: {size: 32 KB, word: 8 bit}", fmt.Sprintf("weights: {size: %d B, word: %d bit}", c.WeightBytes, c.WeightBits)},
		{"potentials: {size: 8 KB, word: 16 bit}", fmt.Sprintf("potentials: {size: %d B, word: %d bit}", c.PotentialBytes, c.PotentialBits)},
		{"queue: {size: 8 KB, word: 16 bit}", fmt.Sprintf("queue: {size: %d B, word: %d bit}", c.QueueBytes, c.QueueBits)},
		{"add_int8: {energy: 0.03 pJ", fmt.Sprintf("add_int8: {energy: %.0f aJ", 1e18*c.EAdd)},
		{"add_int32: {energy: 0.1 pJ", fmt.Sprintf("add_int32: {energy: %.0f aJ", 1e18*c.EAddressAdd)},
	} {
		require.Equal(t, 1, strings.Count(text, edit[0]), edit[0])
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	p, err := hwmodel.ReadProfile("memory.yaml", []byte(text))
	require.NoError(t, err)
	return p
}

func (c memoryCase) counts() hwmodel.Counts {
	return counts(map[hwmodel.Term]int64{
		hwmodel.SpikeIn: c.SpikesIn, hwmodel.SpikeOut: c.SpikesOut, hwmodel.SynapticOp: c.SynapticEvents,
		hwmodel.WeightFetch: c.SynapticEvents, hwmodel.NeuronUpdate: c.NeuronUpdates,
	})
}

// TestGoldenMemory: the memory-aware model of hardware/README.md section 5, term by term.
func TestGoldenMemory(t *testing.T) {
	eachGolden(t, "memory", func(t *testing.T, data []byte) {
		var g struct{ Cases []memoryCase }
		decode(t, data, &g)
		require.NotEmpty(t, g.Cases)
		for i, c := range g.Cases {
			b, err := hwmodel.Price(c.counts(), c.profile(t), hwmodel.Conditions{})
			require.NoError(t, err)
			require.InEpsilon(t, c.Total, b.Dynamic().Float(), near, "case %d", i)
			parts := map[string]float64{}
			for _, l := range b.ByPart() {
				parts[l.Name] = l.Energy.Float()
			}
			require.Len(t, parts, len(c.Terms))
			for name, want := range c.Terms {
				require.InEpsilon(t, want, parts[name], near, "case %d: %s", i, name)
			}
		}
	})
}

// TestGoldenDeviceTable: the estimate of keras-spiking (hardware/README.md section 4).
func TestGoldenDeviceTable(t *testing.T) {
	names := map[string]string{"cpu": "keras_cpu", "gpu": "keras_gpu", "arm": "keras_arm", "loihi": "keras_loihi", "spinnaker": "spinnaker", "spinnaker2": "spinnaker2"}
	eachGolden(t, "device_table", func(t *testing.T, data []byte) {
		var g struct {
			Devices map[string]struct {
				Synop   float64 `json:"energy_per_synop"`
				Neuron  float64 `json:"energy_per_neuron"`
				Spiking bool    `json:"spiking"`
			}
			Cases []struct {
				Connections, Neurons int64
				InputRate            float64 `json:"input_rate_hz"`
				Dt                   float64
				Timesteps            int64
				Device               string
				Synop                float64 `json:"synop_J"`
				Neuron               float64 `json:"neuron_J"`
				Total                float64 `json:"total_J"`
			}
		}
		decode(t, data, &g)
		require.NotEmpty(t, g.Cases)
		shipped := 0
		for i, c := range g.Cases {
			d := g.Devices[c.Device]
			profiles := []*hwmodel.Profile{sketch(t, fmt.Sprintf("event_driven: %t\nprices: {synaptic_op: %s, neuron_update: %s}", d.Spiking, figure(d.Synop), figure(d.Neuron)))}
			if p := chip(t, names[c.Device]); p.Prices[hwmodel.SynapticOp].Energy.Float() == d.Synop && p.Prices[hwmodel.NeuronUpdate].Energy.Float() == d.Neuron && p.EventDriven == d.Spiking {
				profiles = append(profiles, p)
				shipped++
			}
			for _, p := range profiles {
				e, err := hwmodel.EstimateByRate(p, hwmodel.RateLayer{Connections: c.Connections, Neurons: c.Neurons, InputHz: c.InputRate}, c.Dt, c.Timesteps)
				require.NoError(t, err)
				require.InDelta(t, c.Synop, e.Synaptic.Float(), near*c.Synop, "case %d", i)
				require.InDelta(t, c.Neuron, e.Neural.Float(), near*c.Neuron, "case %d", i)
				require.InDelta(t, c.Total, e.Total().Float(), near*c.Total, "case %d", i)
			}
		}
		if !strings.Contains(t.Name(), "extra/") {
			require.Equal(t, len(g.Cases), shipped, "the shipped profiles are the table of the file")
		}
	})
}

// publishedModel is a power model of published_points.json.
type publishedModel struct {
	Static       float64 `json:"p_static_W"`
	Leak         float64 `json:"p_leak_W"`
	ClockPerHz   float64 `json:"p_idle_W_per_Hz"`
	PerEvent     float64 `json:"e_event_J"`
	PerOperation float64 `json:"e_sop_J"`
}

func (m publishedModel) profile(t *testing.T) *hwmodel.Profile {
	static := fmt.Sprintf("static:\n  - {name: constant, power: %.0f pW, per: chip, grade: meas, source: test}\n", 1e12*(m.Static+m.Leak))
	if m.ClockPerHz > 0 {
		static += fmt.Sprintf("  - {name: clock, clock_power: %.6f uW/MHz, per: chip, grade: meas, source: test}\n", 1e12*m.ClockPerHz)
	}
	return sketch(t, static, "prices: {synaptic_op: "+figure(m.PerEvent+m.PerOperation)+"}")
}

// TestGoldenPublishedPoints: measured chips (chips.md sections 2 and 3, loihi.md section 3) from the constants of
// the file, and from the shipped profiles where these are the same.
func TestGoldenPublishedPoints(t *testing.T) {
	eachGolden(t, "published_points", func(t *testing.T, data []byte) {
		var g struct {
			Models map[string]publishedModel
			Points []struct {
				Model          string
				EventRate      float64 `json:"event_rate"`
				Clock          float64 `json:"clock_hz"`
				PredictedW     float64 `json:"predicted_W"`
				PublishedW     float64 `json:"published_W"`
				SynapticEvents int64   `json:"synaptic_events"`
				NeuronUpdates  int64   `json:"neuron_updates"`
				PredictedJ     float64 `json:"predicted_J"`
				PublishedJ     float64 `json:"published_J"`
				RelError       float64 `json:"rel_error"`
			}
		}
		decode(t, data, &g)
		require.NotEmpty(t, g.Points)
		const seconds = 100_000 // so that rates become whole numbers of events
		for i, x := range g.Points {
			if x.PredictedJ > 0 {
				b := priced(t, "loihi_davies2018", counts(map[hwmodel.Term]int64{hwmodel.SynapticOp: x.SynapticEvents, hwmodel.NeuronUpdateIdle: x.NeuronUpdates}), hwmodel.Conditions{})
				require.InEpsilon(t, x.PredictedJ, b.Dynamic().Float(), near, "point %d", i)
				require.InDelta(t, x.RelError, b.Dynamic().Float()/x.PublishedJ-1, near, "point %d", i)
				continue
			}
			m, known := g.Models[x.Model]
			require.True(t, known, x.Model)
			profiles := []*hwmodel.Profile{m.profile(t)}
			if p, err := hwmodel.Chip(x.Model); err == nil && p.Prices[hwmodel.SynapticOp].Energy.Float() == m.PerEvent+m.PerOperation {
				profiles = append(profiles, p)
			}
			for _, p := range profiles {
				cond := hwmodel.Conditions{Duration: duration(t, fmt.Sprintf("%d s", seconds))}
				if x.Clock > 0 {
					cond.Clock = frequency(t, fmt.Sprintf("%g Hz", x.Clock))
				}
				b, err := hwmodel.Price(counts(map[hwmodel.Term]int64{hwmodel.SynapticOp: int64(x.EventRate*seconds + 0.5)}), p, cond)
				require.NoError(t, err)
				power, ok := b.MeanPower()
				require.True(t, ok)
				require.InEpsilon(t, x.PredictedW, power.Float(), near, "point %d with %s", i, p.Name)
				require.InDelta(t, x.RelError, power.Float()/x.PublishedW-1, near, "point %d with %s", i, p.Name)
			}
		}
	})
}
