//! Records as a batch in the schema of `lianjin.corpus.document.RECORD`.

use arrow_array::builder::{
    BooleanBuilder, Int64Builder, LargeBinaryBuilder, LargeStringBuilder, ListBuilder,
    StringBuilder, StructBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use lianjin_kernel::read::dialogue::{Message, Preference};
use lianjin_kernel::read::jsonl::Placed;
use std::borrow::Cow;
use std::sync::Arc;

/// How much of an unreadable record stands in `blob`, so that one can see what it was.
const HEAD_BYTES: usize = 64;

fn field(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn message_fields() -> Fields {
    Fields::from(vec![field("role", DataType::Utf8), field("content", DataType::LargeUtf8)])
}

fn preference_fields() -> Fields {
    Fields::from(vec![
        field("prompt", DataType::LargeUtf8),
        field("chosen", DataType::LargeUtf8),
        field("rejected", DataType::LargeUtf8),
    ])
}

fn parts_type() -> DataType {
    let part = Fields::from(vec![
        field("kind", DataType::Utf8),
        field("text", DataType::LargeUtf8),
        field("media_type", DataType::Utf8),
        field("uri", DataType::Utf8),
        field("digest", DataType::Utf8),
        field("size_bytes", DataType::Int64),
    ]);
    DataType::List(Arc::new(field("item", DataType::Struct(part))))
}

/// Builders of the columns that a structured reader fills.
pub struct Rows {
    position: Int64Builder,
    start: Int64Builder,
    end: Int64Builder,
    kind: StringBuilder,
    text: LargeStringBuilder,
    blob: LargeBinaryBuilder,
    charset: StringBuilder,
    named: [StringBuilder; 9],
    generated: BooleanBuilder,
    messages: ListBuilder<StructBuilder>,
    preference: StructBuilder,
    fields: LargeStringBuilder,
    error_code: StringBuilder,
    error: StringBuilder,
}

impl Rows {
    /// Room for the texts of a buffer of `size_bytes`, so that they are not copied as they grow.
    pub fn with_capacity(size_bytes: usize) -> Self {
        Self {
            position: Int64Builder::new(),
            start: Int64Builder::new(),
            end: Int64Builder::new(),
            kind: StringBuilder::new(),
            text: LargeStringBuilder::with_capacity(0, size_bytes),
            blob: LargeBinaryBuilder::new(),
            charset: StringBuilder::new(),
            named: std::array::from_fn(|_| StringBuilder::new()),
            generated: BooleanBuilder::new(),
            messages: ListBuilder::new(StructBuilder::from_fields(message_fields(), 0)),
            preference: StructBuilder::from_fields(preference_fields(), 0),
            fields: LargeStringBuilder::new(),
            error_code: StringBuilder::new(),
            error: StringBuilder::new(),
        }
    }

    /// Adds a record whose buffer begins at line `first_line` and byte `start` of its file.
    pub fn append(&mut self, first_line: i64, start: i64, placed: &Placed<'_>) {
        let record = &placed.record;
        let at = |offset: usize| start + i64::try_from(offset).unwrap_or(i64::MAX - start);
        self.position.append_value(first_line + i64::try_from(placed.line).unwrap_or(0));
        self.start.append_value(at(placed.start));
        self.end.append_value(at(placed.end));
        self.kind.append_value(record.kind.name());
        self.text.append_option(record.text.as_deref());
        let head = placed.bytes.get(..placed.bytes.len().min(HEAD_BYTES));
        self.blob.append_option(head.filter(|_| record.problem.is_some()));
        self.charset.append_value(placed.charset);
        let strings = [
            record.title.as_deref(),
            record.author.as_deref(),
            record.published.as_deref(),
            record.url.as_deref(),
            record.licence.as_deref(),
            record.copyright.as_deref(),
            record.origin.as_deref(),
            record.aigc,
            record.source_id.as_deref(),
        ];
        for (builder, value) in self.named.iter_mut().zip(strings) {
            builder.append_option(value);
        }
        self.generated.append_option(record.generated);
        self.append_messages(record.messages.as_deref());
        self.append_preference(record.preference.as_ref());
        self.fields.append_option(record.fields.as_deref());
        let problem = record.problem.as_ref();
        self.error_code.append_option(problem.map(|problem| problem.code));
        self.error.append_option(problem.map(|problem| problem.sentence.as_str()));
    }

    fn append_messages(&mut self, messages: Option<&[Message<'_>]>) {
        for message in messages.unwrap_or_default() {
            let row = self.messages.values();
            if let Some(role) = row.field_builder::<StringBuilder>(0) {
                role.append_value(&message.role);
            }
            append_text(row, 1, message.content.as_deref());
            row.append(true);
        }
        self.messages.append(messages.is_some());
    }

    fn append_preference(&mut self, preference: Option<&Preference<'_>>) {
        let texts = match preference {
            Some(pair) => [pair.prompt.as_ref(), Some(&pair.chosen), Some(&pair.rejected)],
            None => [None; 3],
        };
        for (index, text) in texts.into_iter().enumerate() {
            append_text(&mut self.preference, index, text.map(Cow::as_ref));
        }
        self.preference.append(preference.is_some());
    }

    /// The batch of all rows appended.
    pub fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let position: ArrayRef = Arc::new(self.position.finish());
        let n_rows = position.len();
        let mut names = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut add = |name: &str, nullable: bool, column: ArrayRef| {
            names.push(Field::new(name, column.data_type().clone(), nullable));
            columns.push(column);
        };
        let [title, author, published, url, licence, copyright, origin, aigc, source_id] =
            self.named.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
        add("position", false, position);
        add("start", false, Arc::new(self.start.finish()));
        add("end", false, Arc::new(self.end.finish()));
        add("kind", false, Arc::new(self.kind.finish()));
        add("text", true, Arc::new(self.text.finish()));
        add("blob", true, Arc::new(self.blob.finish()));
        add("media_type", true, new_null_array(&DataType::Utf8, n_rows));
        add("charset", true, Arc::new(self.charset.finish()));
        add("title", true, title);
        add("author", true, author);
        add("published", true, published);
        add("url", true, url);
        add("licence", true, licence);
        add("copyright", true, copyright);
        add("origin", true, origin);
        add("aigc", true, aigc);
        add("generated", true, Arc::new(self.generated.finish()));
        add("source_id", true, source_id);
        add("messages", true, Arc::new(self.messages.finish()));
        add("preference", true, Arc::new(self.preference.finish()));
        add("parts", true, new_null_array(&parts_type(), n_rows));
        add("fields", true, Arc::new(self.fields.finish()));
        add("error_code", true, Arc::new(self.error_code.finish()));
        add("error", true, Arc::new(self.error.finish()));
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(names)), columns, &options)
    }
}

fn append_text(row: &mut StructBuilder, index: usize, text: Option<&str>) {
    if let Some(builder) = row.field_builder::<LargeStringBuilder>(index) {
        builder.append_option(text);
    }
}
