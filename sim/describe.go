package sim

// Description says what a network compiled to.
type Description struct {
	Name        string
	TickMs      float64
	Seed        uint64
	Workers     int
	WindowTicks int64 // ticks between two meetings of the workers
	Levels      int   // depth over projections without delay, plus one
	Bytes       int64 // tables; states and spike lists come on top
	Populations []PopulationDescription
	Projections []ProjectionDescription
}

// PopulationDescription says how a population is hosted.
type PopulationDescription struct {
	Name, Model, Hosting, Precision string
	Size, Level                     int
	// Ports names each input port with the format of its sums: "in: 32-bit sums of 0.1".
	Ports []PortDescription
}

// PortDescription is the fixed-point format of an input port.
type PortDescription struct {
	Name    string
	Bits    int
	Quantum float64
}

// ProjectionDescription says how a projection is stored.
type ProjectionDescription struct {
	Name, Rule, Synapse, Encoding string
	Synapses                      int64
	Bytes                         int64
	MinDelay, MaxDelay            int64 // ticks
	DelayClasses                  int   // most distinct delays in one piece
}

// BytesPerSynapse is the memory of the projection's tables per synapse, 0 without synapses.
func (d ProjectionDescription) BytesPerSynapse() float64 {
	if d.Synapses == 0 {
		return 0
	}
	return float64(d.Bytes) / float64(d.Synapses)
}

// Describe tells what the network compiled to.
func (p *Program) Describe() Description {
	d := Description{
		Name: p.net.Name, TickMs: p.net.TickMs, Seed: p.seed, Workers: p.shards,
		WindowTicks: p.window(), Levels: p.levels,
	}
	for _, q := range p.populations {
		d.Populations = append(d.Populations, q.describe())
	}
	for _, q := range p.projections {
		c := q.describe()
		d.Bytes += c.Bytes
		d.Projections = append(d.Projections, c)
	}
	return d
}

func (q *population) describe() PopulationDescription {
	d := PopulationDescription{Name: q.Name, Model: q.info.Name, Size: q.Size, Level: q.level, Hosting: "clocked", Precision: "float64"}
	if q.lazy {
		d.Hosting = "lazy"
	}
	if q.single {
		d.Precision = "float32"
	}
	for k, port := range q.info.Ports {
		bits := 32
		if q.scales[k].Wide {
			bits = 64
		}
		d.Ports = append(d.Ports, PortDescription{port.Name, bits, q.scales[k].Quantum})
	}
	return d
}

func (q *projection) describe() ProjectionDescription {
	d := ProjectionDescription{Name: q.Name, Rule: q.Rule.Name(), Synapse: q.Synapse.Name(), Encoding: "no synapses"}
	first := true
	for _, pieces := range q.pieces {
		for _, c := range pieces {
			d.Synapses += c.conn.Synapses()
			d.Bytes += c.conn.Bytes()
			d.Encoding = c.conn.Encoding()
			d.DelayClasses = max(d.DelayClasses, len(c.conn.Delays()))
			for _, ticks := range c.conn.Delays() {
				if first || int64(ticks) < d.MinDelay {
					d.MinDelay, first = int64(ticks), false
				}
				d.MaxDelay = max(d.MaxDelay, int64(ticks))
			}
		}
	}
	return d
}
