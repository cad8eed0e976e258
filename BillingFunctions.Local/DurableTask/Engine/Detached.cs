namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>Starts background work that must not inherit the request, trace or test that happened to start it.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }
}
