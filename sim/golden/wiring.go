package golden

import (
	"fmt"

	"couplet/sim"
	"couplet/synapse"
)

// groupKey says which connections can share a projection: those between the same populations, of
// one synapse model and onto neurons of equal traces. Plastic weights of a projection must not
// differ in sign, since targets may sum the signs apart.
type groupKey struct {
	from, to *sim.Population
	model    string
	trace    postTrace
	negative bool
}

// group is a projection and the numbers of its connections in the file: connection numbers[i] has
// the ordinal i.
type group struct {
	key        groupKey
	projection *sim.Projection
	plastic    bool
	numbers    []int
}

// connections sorts the connections into projections, in order of first appearance; a connection
// from a current source becomes a stimulus.
func (b *explicitBuilder) connections() error {
	index := map[groupKey]int{}
	groups := b.expected.groups
	for n := range b.file.Connections {
		c := &b.file.Connections[n]
		from, to, err := b.ends(c)
		if err != nil {
			return fmt.Errorf("connections[%d]: %w", n, err)
		}
		if from.current != nil {
			b.stimulate(from.current, to, c)
			continue
		}
		key, err := b.keyOf(c, from, to)
		if err != nil {
			return fmt.Errorf("connections[%d]: %w", n, err)
		}
		i, known := index[key]
		if !known {
			i = len(groups)
			index[key] = i
			groups = append(groups, group{key: key})
		}
		groups[i].numbers = append(groups[i].numbers, n)
	}
	for i := range groups {
		if err := b.project(&groups[i]); err != nil {
			return fmt.Errorf("synapse model %q: %w", groups[i].key.model, err)
		}
	}
	b.expected.groups = groups
	return nil
}

// ends finds source and target of a connection.
func (b *explicitBuilder) ends(c *connection) (from, to place, err error) {
	from, ok := b.places[c.source]
	if !ok {
		return from, to, fmt.Errorf("there is no neuron or source %d", c.source)
	}
	to, ok = b.places[c.target]
	if !ok || to.population == nil || to.population.Model.Info().Source() {
		return from, to, fmt.Errorf("there is no neuron %d to connect to", c.target)
	}
	return from, to, nil
}

func (b *explicitBuilder) keyOf(c *connection, from, to place) (groupKey, error) {
	p, ok := b.file.SynapseModels[c.model]
	if !ok && c.model != "static" {
		return groupKey{}, fmt.Errorf("there is no synapse model %q", c.model)
	}
	key := groupKey{from: from.population, to: to.population, model: c.model}
	if kind := p["type"]; ok && kind != "static" {
		key.trace, key.negative = to.trace, c.weight < 0
	}
	return key, nil
}

// project makes the projection of a group.
func (b *explicitBuilder) project(g *group) error {
	definition := b.file.SynapseModels[g.key.model]
	if definition == nil {
		definition = params{"type": "static"}
	}
	s, err := synapseModel(definition, g.key.trace)
	if err != nil {
		return err
	}
	n := len(g.numbers)
	rule := synapse.Explicit{Source: make([]uint32, n), Target: make([]uint32, n)}
	weights, delays := make([]float64, n), make([]float64, n)
	for i, number := range g.numbers {
		c := &b.file.Connections[number]
		rule.Source[i] = uint32(b.places[c.source].index)
		rule.Target[i] = uint32(b.places[c.target].index)
		weights[i], delays[i] = c.weight, c.delayMs
	}
	g.projection = b.net.Project(g.key.from, g.key.to, rule, withStrength(s, valueOf(weights), valueOf(delays)))
	g.projection.Name = fmt.Sprintf("%s->%s %s (%d)", g.key.from.Name, g.key.to.Name, g.key.model, len(b.net.Projections))
	_, g.plastic = g.projection.Synapse.(synapse.Plastic)
	return nil
}

// stimulate drives one neuron with a current source.
func (b *explicitBuilder) stimulate(e *sourceEntry, to place, c *connection) {
	d := e.drive()
	if d == nil {
		return
	}
	s := b.net.Stimulate(to.population.Slice(to.index, to.index+1), d)
	s.Name = fmt.Sprintf("source %d to neuron %d (%d)", c.source, c.target, len(b.net.Stimuli))
	s.Weight, s.DelayMs = c.weight, c.delayMs
}
