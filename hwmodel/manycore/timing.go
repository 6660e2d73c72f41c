package manycore

import "math"

// clock computes the duration of steps. Its arrays are by number of the core.
type clock struct {
	chip       *Chip
	generation []float64 // s that each core spends on its neurons and on sending, in this step
	processing []float64 // s that each core spends on messages received, in this step
	congestion congestion
}

func newClock(c *Chip) *clock {
	n := len(c.Cores)
	k := &clock{chip: c, generation: make([]float64, n), processing: make([]float64, n)}
	k.congestion.start(c)
	return k
}

// simple is the timing model without a network: every core sends and receives at full speed, and the slowest
// one decides. It returns the time of a step without the barrier:
//
//	max( max over cores of Σ generation, max over cores of Σ processing )
func (k *clock) simple(sent []departure) float64 {
	clear(k.generation)
	clear(k.processing)
	for i := range sent {
		d := &sent[i]
		if d.core != External {
			k.generation[d.core] += d.interval
		}
		if d.message != nil {
			k.processing[d.message.to] += d.message.processing
		}
	}
	longest := 0.0
	for core := range k.generation {
		longest = max(longest, k.generation[core], k.processing[core])
	}
	return longest
}

// detailed is the timing model with congestion: a walk over the messages in the order in which they leave,
// with an estimate of how full the buffers on their way are. It returns the time of a step without the
// barrier.
func (k *clock) detailed(sent []departure) float64 {
	g := &k.congestion
	g.reset(sent)
	end := 0.0
	for {
		d, at, more := g.next()
		if !more {
			break
		}
		if d.message != nil {
			g.settle(at)
			at = g.handle(d.message, at)
		}
		end = max(end, at)
		g.follow(at)
	}
	for _, t := range g.finished {
		end = max(end, t)
	}
	return end
}

// congestion is the state of the walk.
type congestion struct {
	chip     *Chip
	exits    int       // ports of the largest tile
	density  []float64 // by port: the share of messages in flight that wait in its buffer
	finished []float64 // by core: the time at which it has processed everything received so far

	inFlight agenda[*message] // by the time at which they are received
	mean     float64          // processing time of the messages in flight, on average

	queues  [][]departure // of each core that sends, what has not left yet
	leaving agenda[int]   // queues by the time at which their first departure leaves
	current int           // queue of the departure that was taken last
	ports   []port
}

func (g *congestion) start(c *Chip) {
	g.chip = c
	for i := range c.Tiles {
		g.exits = max(g.exits, directions+c.Tiles[i].Cores)
	}
	g.density = make([]float64, c.Width*c.Height*g.exits)
	g.finished = make([]float64, len(c.Cores))
}

// reset begins a step. Messages from outside are at their cores when it begins.
func (g *congestion) reset(sent []departure) {
	clear(g.density)
	clear(g.finished)
	g.inFlight.clear()
	g.leaving.clear()
	g.mean, g.queues = 0, g.queues[:0]
	first := 0
	for i, d := range sent { // they come core by core, those from outside first
		if d.core == External {
			g.finished[d.message.to] += d.message.processing
			first = i + 1
		} else if i+1 == len(sent) || sent[i+1].core != d.core {
			g.queues = append(g.queues, sent[first:i+1])
			first = i + 1
		}
	}
	for q := range g.queues {
		g.leave(q, 0)
	}
}

// leave schedules the first departure of a queue, given the time of the one before.
func (g *congestion) leave(queue int, before float64) {
	if q := g.queues[queue]; len(q) > 0 {
		g.leaving.push(before+q[0].interval, queue)
	}
}

// next takes the earliest departure; of several at the same time, the one that was scheduled first.
func (g *congestion) next() (d *departure, at float64, more bool) {
	if g.leaving.len() == 0 {
		return nil, 0, false
	}
	at, g.current = g.leaving.pop()
	q := g.queues[g.current]
	g.queues[g.current] = q[1:]
	return &q[0], at, true
}

// follow schedules the departure behind the current one, which has left at a time.
func (g *congestion) follow(at float64) { g.leave(g.current, at) }

// settle removes the messages that have been received by a time.
func (g *congestion) settle(now float64) {
	for g.inFlight.len() > 0 && g.inFlight.first() <= now {
		n := float64(g.inFlight.len())
		_, r := g.inFlight.pop()
		g.spread(r, -1)
		if n > 1 {
			g.mean += (g.mean - r.processing) / (n - 1)
		} else {
			g.mean = 0
		}
	}
}

// spread adds the weight of a message, 1/(hops + 2) each, to the buffers on its way, and returns the sum of
// what is there.
func (g *congestion) spread(r *message, sign float64) (sum float64) {
	weight := sign / float64(r.path.length()+2)
	g.ports = g.chip.ports(g.ports[:0], r.from, r.to)
	for _, p := range g.ports {
		at := (p.x*g.chip.Height+p.y)*g.exits + p.exit
		sum += g.density[at]
		g.density[at] += weight
	}
	return sum
}

// handle sends a message at a time and returns the time at which its core has got rid of it: later, if
// the buffers on the way are full.
func (g *congestion) handle(r *message, sent float64) float64 {
	crowd := g.spread(r, 1)
	stages := float64(r.path.length() + 1)
	if capacity := stages * float64(g.chip.LinkBuffer); crowd > capacity {
		sent += float64((crowd - capacity) * g.mean)
	}
	arrival := sent + math.Max(r.path.latency, float64(crowd*g.mean)/stages)
	busy := g.finished[r.to]
	received := math.Max(busy, arrival)
	g.finished[r.to] = math.Max(busy+r.processing, arrival+r.processing)
	g.mean += (r.processing - g.mean) / float64(g.inFlight.len()+1)
	g.inFlight.push(received, r)
	return sent
}
