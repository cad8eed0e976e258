using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>Finds the value of one parameter in an invocation.</summary>
internal delegate object? ParameterBinding(FunctionContext context);
