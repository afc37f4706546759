import Compiler
import Simulation
import Testing

@Suite struct `A play` {}
