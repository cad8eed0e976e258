namespace BillingFunctions.LocalHost.Rpc;

/// <summary>A function's failure in the form that the Durable extension takes apart: <c>Result: … Exception: … Stack: …</c>.</summary>
internal sealed class WorkerException(StatusResult result)
    : Exception($"Result: {result.Status}\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}");

/// <summary>The worker has ended before it answered. The Durable extension knows this by its name: it repeats the step, in place of failing it.</summary>
internal sealed class WorkerProcessExitException() : Exception("The worker process has ended.");
