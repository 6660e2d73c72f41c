package layer

// fixed is the part that maps without trainable weights share.
type fixed[F Real] struct{}

// Accumulate does nothing: there is nothing to train.
func (fixed[F]) Accumulate(x, gy []F, batch int) {}

// Params returns nothing.
func (fixed[F]) Params() []*Param[F] { return nil }
