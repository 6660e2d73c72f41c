package loss

// SquaredError returns the mean squared error of the outputs o against the one-hot code of the labels,
//
//	L = mean over batch × classes of (o − onehot(y))² ,
//
// and sets grad to ∂L/∂o = 2·(o − onehot(y)) / (batch·classes), unless it is nil.
func SquaredError[F Real](outputs []F, labels []int, grad []F) (float64, error) {
	classes, err := classesOf(outputs, labels, grad)
	if err != nil {
		return 0, err
	}
	clear(grad)
	return addSquaredError(outputs, labels, grad, classes, 1), nil
}

// addSquaredError returns weight·L and adds weight·∂L/∂o to grad.
func addSquaredError[F Real](outputs []F, labels []int, grad []F, classes int, weight float64) float64 {
	total, share := 0.0, weight/float64(len(outputs))
	for i, y := range labels {
		for c, v := range outputs[i*classes:][:classes] {
			d := float64(v)
			if c == y {
				d--
			}
			total += float64(d * d)
			if grad != nil {
				grad[i*classes+c] += F(2 * share * d)
			}
		}
	}
	return float64(share * total)
}
