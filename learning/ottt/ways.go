package ottt

// Ways counts the ways through the operations of a projection, one sample at a time: what
// [ProjectionActivity] is made of, for other executors of the same description.
type Ways struct{ r *reach }

// Ways counts for a projection whose source has the given shape. The description that the projection
// belongs to must be valid.
func (p Projection) Ways(source []int) *Ways { return &Ways{newReach(p, source)} }

// Total is the number of ways.
func (w *Ways) Total() int64 { return w.r.total() }

// Forward counts the ways from all sources that are active.
func (w *Ways) Forward(activity []float64) int64 { return events(w.r, activity) }

// Backward counts the ways to all targets that have an error.
func (w *Ways) Backward(errors []float64) int64 { return returns(w.r, errors) }

// Update counts the ways from an active source to a target with an error.
func (w *Ways) Update(activity, errors []float64) int64 { return pairs(w.r, activity, errors) }
