package neuron

// Parrot repeats every spike that arrives, in the tick of its arrival (NEST: parrot_neuron): k
// arrivals give k spikes. Weights do not matter.
type Parrot struct{}

// NewParrot returns the model.
func NewParrot() Parrot { return Parrot{} }

// Info describes the model.
func (Parrot) Info() Info {
	return Info{
		Name:     "parrot_neuron",
		Doc:      "repeats every arriving spike in the tick of its arrival",
		Ports:    []Port{{"input", Counting}},
		Multiple: true,
	}
}

// Validate finds nothing wrong: there are no parameters.
func (Parrot) Validate() []ParamError { return nil }

// Build makes a shard of parrots. They have no state and can be hosted either way.
func (m Parrot) Build(b Build) (State, error) {
	if _, _, err := classes(b, m); err != nil {
		return nil, err
	}
	return &parrotState{first: uint32(b.First), n: b.N}, nil
}

// parrotState only knows which parrots there are.
type parrotState struct {
	first uint32
	n     int
}

// Columns is empty: a parrot remembers nothing.
func (*parrotState) Columns() []Column { return nil }

// Read gives 0: a parrot has no variables.
func (*parrotState) Read(_, _ int, _ int64) float64 { return 0 }

// SetCurrent does nothing: a parrot has no membrane.
func (*parrotState) SetCurrent(int, float64) {}

// Step repeats what arrived at every parrot.
func (s *parrotState) Step(_ int64, in []Input, out *Spikes) {
	for i := range s.n {
		s.repeat(i, &in[0], out)
	}
}

// Touch repeats what arrived at the listed parrots.
func (s *parrotState) Touch(_ int64, list []uint32, in []Input, out *Spikes) {
	for _, i := range list {
		s.repeat(int(i), &in[0], out)
	}
}

// Advance does nothing: nothing decays.
func (*parrotState) Advance(int, int64) {}

// Wake is never: without arrivals there are no spikes.
func (*parrotState) Wake(int) int64 { return Never }

func (s *parrotState) repeat(i int, in *Input, out *Spikes) {
	for k := in.takeCount(i); k > 0; k-- {
		out.Neurons = append(out.Neurons, s.first+uint32(i))
	}
}
