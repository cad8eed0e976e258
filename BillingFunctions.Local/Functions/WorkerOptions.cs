using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settings of the worker.</summary>
public class WorkerOptions
{
    /// <summary>
    /// Reads and writes the JSON of triggers and durable payloads. By default <see cref="JsonObjectSerializer"/> with property names
    /// compared regardless of case. HTTP results have ASP.NET Core's own JSON options.
    /// </summary>
    public ObjectSerializer? Serializer { get; set; }
}
