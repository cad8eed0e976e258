using Azure;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The answer that there is no such entity.</summary>
internal sealed class NoEntity<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T? Value => throw new InvalidOperationException("The entity does not exist.");

    public override Response GetRawResponse() => response;
}
