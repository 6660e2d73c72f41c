// Package certify tests optimisers against a lower bound that no first-order method can beat.
//
// # The claim
//
// A function is L-smooth and satisfies the Polyak-Łojasiewicz (PL) inequality with μ if
// |∇f(x)|² ≥ 2μ·(f(x) - f*). Gradient descent then needs O((L/μ)·log(1/ε)) gradients. P. Yue, C. Fang and
// Z. Lin, "On the Lower Bound of Minimizing Polyak-Łojasiewicz Functions" (arXiv 2212.13551, COLT 2023),
// state that every first-order method needs Ω((L/μ)·log(1/ε)) on some such function: unlike for strongly
// convex functions, where the square root of L/μ is enough, momentum cannot help in the worst case.
//
// # The function
//
// [Hard] is a chain of t blocks of T coordinates on which a method that starts at 0 and moves along
// gradients (a zero-respecting one, such as all of package optim) discovers at most one coordinate per
// gradient. T sets the condition number, t how far the chain goes. [Hard.LowerBound] turns that into an
// exact number of gradients, which every run must respect.
//
// # Running it
//
//	report, err := certify.Certify(ctx, certify.Options{})
//	err = report.Err()                  // a violated bound: optimiser or function is wrong
//	err = report.WriteTable(os.Stdout)  // iterations to each eps, beside the bound
//	chart, err := report.Chart()        // f against iterations, with the bound
//	err = chart.WriteSVG(file)
//
// [StudyPL] counts iterations against the condition number, where they grow in proportion to it with or
// without momentum, and [StudyConvex] does the same on a strongly convex [Quadratic], where momentum
// takes the square root. Without that contrast the first result would say nothing. [Sample] looks for
// the constants L and μ of any function.
//
// # What is known and how
//
//   - The claim above is that of the paper's abstract.
//   - The formulas of Hard were written down from memory of the paper and not compared with its text.
//     What makes them fit for this purpose was checked here: the tests hold the gradient against
//     differences, the zero chain exactly, f = 0 and ∇f = 0 at the optimum, and the derivation of L = 37
//     stands at [Smoothness].
//   - The integer bound of [Hard.LowerBound] is our own derivation, complete in its comment. It needs
//     neither L nor μ.
//   - That μ is of the order 1/T is also from memory of the paper; the factor in [EstimatedPL] is the
//     outcome of our numerical search, which can only over-estimate μ. Condition numbers of Hard in
//     tables and pictures are therefore estimates, and not above the true ones.
//   - Iterations, ratios and exponents are measurements of this package.
//
// The bound does not speak of randomised methods or of methods that do not respect zeros.
package certify
