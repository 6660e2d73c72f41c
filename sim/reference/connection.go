package reference

// connection is one synapse.
type connection struct {
	projection     *projection
	ordinal        uint64
	source, target int     // indices in their populations
	weight, start  float64 // now, and as drawn
	delay          int64   // ticks
	plastic        plastic // nil for a static synapse
}

// plastic changes the weight of one connection.
type plastic interface {
	// send lets the presynaptic spike of tick t act and returns the weight that is handed on.
	send(t int64) float64
}

// send hands on a spike of the source in tick t.
func (c *connection) send(t int64, f firing) {
	w := c.weight
	if c.plastic != nil {
		w = c.plastic.send(t)
		c.projection.sent = append(c.projection.sent, sentWeight{c, t, w, c.weight})
	}
	c.projection.handed[t+c.delay]++
	c.projection.to.arrive(t+c.delay, c.target, arrival{float64(f.sign) * w, f.before})
}

// postSpikes lists the ticks of all spikes of the target so far.
func (c *connection) postSpikes() []int64 { return c.projection.to.posts[c.target] }
