namespace BillingFunctions.LocalHost.Client;

/// <summary>A customer on its way to the connected systems.</summary>
/// <param name="Id">The task.</param>
/// <param name="CustomerId">Our id of the customer.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Error">What went wrong last.</param>
/// <param name="Connectors">Each system by itself.</param>
internal sealed record CustomerTask(string Id, string CustomerId, string Status, string? Error, IReadOnlyList<CustomerTask.Part> Connectors)
{
    public string Path => $"api/tasks/{Id}";

    public bool HasEnded => Status is "succeeded" or "failed";

    /// <summary>Has a customer created.</summary>
    public static async Task<CustomerTask> CreateAsync(ApiClient app, string name, string email, CancellationToken cancellationToken)
    {
        var accepted = await app.PostAsync<Accepted>("api/customers", JsonContent.Create(new { name, email }), cancellationToken);
        return new CustomerTask(accepted.TaskId, accepted.CustomerId, "queued", Error: null, []);
    }

    /// <summary>How far it is now.</summary>
    public Task<CustomerTask> ReadAsync(ApiClient app, CancellationToken cancellationToken) => app.GetAsync<CustomerTask>(Path, cancellationToken);

    /// <summary>How far it is in one system.</summary>
    /// <param name="Connector">The name of the system.</param>
    /// <param name="Status">As for the task.</param>
    internal sealed record Part(string Connector, string Status);

    private sealed record Accepted(string TaskId, string CustomerId);
}
