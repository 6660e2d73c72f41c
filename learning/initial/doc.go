// Package initial has the initialisers of trainable weights: what a parameter holds before the first
// step of training.
//
// A [Scheme] is plain data, [Fill] applies it:
//
//	key := initial.Key(seed, layer)
//	err := initial.Fill(weights, []int{out, in, 3, 3}, initial.KaimingNormal{Fan: initial.Out}, key)
//
// The schemes are [Zeros], [Constant], [Normal] and [Uniform] of given width, [KaimingNormal],
// [KaimingUniform], [XavierNormal] and [XavierUniform], whose width follows from the number of
// connections, and [UnitRows].
//
// # Shapes
//
// Weights are flat and row-major, in the shapes of learning/layer: [out, in] for a dense map, [out, in,
// kernel, kernel] for a convolution. A row is what has the first index in common: the weights of one
// output. The fan-in of a weight is the product of all dimensions but the first, the fan-out that of all
// but the second. A transposed convolution, [in, out, kernel, kernel], is read by the same rule; its
// fan-in is then that of the convolution whose transpose it is, as in the reference of spide.md §5.
//
// # The same weights everywhere
//
// Weight number i of a parameter is a function of the user's seed, the number of the layer, and i. It
// does not depend on other layers, nor on the machine; a float32 weight is the float64 one, rounded.
//
// # Sources
//
// K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers" (ICCV 2015); X. Glorot, Y. Bengio,
// "Understanding the difficulty of training deep feedforward neural networks" (AISTATS 2010).
package initial
