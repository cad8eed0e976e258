using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Entities to JSON and back.</summary>
internal static class EntityJson
{
    // Never shown in a page, so nothing is escaped that JSON itself allows: stored JSON stays short.
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static ReadOnlyMemory<byte> Write(ITableEntity entity)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Write(buffer, entity);
        return buffer.WrittenMemory;
    }

    public static void Write(IBufferWriter<byte> buffer, ITableEntity entity)
    {
        var writer = t_writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        writer.Reset(buffer);
        writer.WriteStartObject();
        if (entity is TableEntity dynamic)
        {
            DynamicEntities.Write(writer, dynamic);
        }
        else
        {
            EntityPlan.For(entity.GetType()).Write(writer, entity);
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read<T>(ref reader);
    }

    /// <summary>Reads <c>{"value":[…]}</c>.</summary>
    public static List<T> ReadList<T>(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var entities = new List<T>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isList = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isList)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                entities.Add(Read<T>(ref reader));
            }
        }

        return entities;
    }

    private static T Read<T>(ref Utf8JsonReader reader)
    {
        var entity = Activator.CreateInstance<T>();
        if (entity is TableEntity dynamic)
        {
            DynamicEntities.Read(ref reader, dynamic);
        }
        else
        {
            EntityPlan.For(typeof(T)).Read(ref reader, entity!);
        }

        return entity;
    }
}
